/** Whatever is done to a text, the compiler answers with diagnostics that have a place, and never throws. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { outcomeOf } from "./model-of.ts";

const text = [
  "library/small-resnet",
  "library/identity",
  "library/fpn",
  "library/heads",
  "faster-rcnn-nuclei",
]
  .map((name) => readFileSync(`configs/${name}.rcnn`, "utf8").replace(/^use .*$/gm, ""))
  .join("\n");

const tokens = text.split(/(\s+|\b)/);

const word = fc.constantFrom(
  ...tokens.filter((token) => token.trim() !== ""),
  "none",
  "-1",
  "1e9",
  "0",
  '"x"',
  "[]",
  "{}",
  "input",
  "as",
  "p9",
);

test("a text with a few tokens replaced gives a model or says what is wrong where", async () => {
  const edits = fc.array(fc.tuple(fc.nat(tokens.length - 1), word), { minLength: 1, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const changed = [...tokens];
      for (const [index, replacement] of changes) changed[index] = replacement;
      const { model, diagnostics } = await outcomeOf("m.rcnn", {}, changed.join(""));
      if (!model) expect(diagnostics.length).toBeGreaterThan(0);
      for (const { span, message } of diagnostics) {
        expect(span, message).toBeDefined();
        expect(message).not.toMatch(/undefined|\[object|NaN/);
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 60) },
  );
});

test("a layer that is applied to nothing has no results", async () => {
  const changed = text.replace("-> norm -> relu", "-> norm.relu");
  expect(changed).not.toBe(text);
  const { diagnostics } = await outcomeOf("m.rcnn", {}, changed);
  expect(diagnostics.map(({ code }) => code)).toContain("model/not-features");
});

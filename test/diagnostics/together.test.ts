/** Mistakes are found in one pass: each beside the others, none twice, none that follows from another. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { preparedChecks } from "../../src/check/prepared-checks.ts";
import { createValidator } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/index.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { inOrder } from "../../src/diagnostics/in-order.ts";
import { render } from "../../src/diagnostics/render.ts";
import { checkBundle } from "../../src/language.ts";
import { load } from "../../src/load/load.ts";
import { planBundle } from "../../src/sweep/plan.ts";
import { areApart, joined, type Part, parts, placed } from "./pairs.ts";

const validate = createValidator(catalog, preparedChecks());

/** Everything that `check` says of `text`, as if it were the file at `path`. */
async function found(text: string, path = "m.rcnn"): Promise<readonly Diagnostic[]> {
  const read = async (wanted: string) =>
    wanted === path ? text : readFile(wanted, "utf8").catch(() => undefined);
  const { value, diagnostics } = await load(path, { read }, { libraryRoots: ["configs"] });
  if (!value) return diagnostics;
  const ofModels = checkBundle(value, { validate }).diagnostics;
  return inOrder([...diagnostics, ...ofModels, ...planBundle(value, {}).diagnostics]);
}

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
}

const all = parts("check", "model", "merge");

test("most examples can be joined", () => expect(all.length).toBeGreaterThan(80));

const isNaming = ({ path }: Part): boolean => /unknown-(name|word|component)|unknown-model/.test(path);
const isIdle = ({ path }: Part): boolean => /unused-(declaration|use)/.test(path);

const isOfSides = ({ path }: Part): boolean => /\/(sides|circular\.keys)\.rcnn$/.test(path);

/**
 * Shapes follow from the backbone, limits from the sides, whether anything is trained from all layers, and what nobody names
 * might be what a wrong name means.
 */
const depends = (a: Part, b: Part): boolean =>
  ((a.keys.has("backbone") || isOfSides(a)) && b.path.includes("/model/")) ||
  b.path.includes("/nothing-trains") ||
  (isNaming(a) && isIdle(b));

test("two mistakes in different sections are both found, and nothing else", async () => {
  const next = numbers(3);
  const one = (): Part => all[next(all.length)]!;
  for (let count = 0; count < 60; ) {
    const [a, b] = [one(), one()];
    if (a === b || !areApart(a, b) || depends(a, b) || depends(b, a)) continue;
    count++;
    const alone = [...(await found(joined(a))), ...(await found(joined(b)))];
    // What one finds in the base may be gone with what the other sets.
    if (alone.some(({ span }) => span && span.source.name !== "m.rcnn")) continue;
    const both = await found(joined(a, b));
    const wanted = [...new Set(alone.map(placed))];
    expect(both.map(placed).sort(), `${a.path} and ${b.path}`).toEqual(wanted.sort());
  }
}, 240_000);

test("what is found stands in the order of files and places, and once", async () => {
  for (let first = 0; first + 4 <= all.length; first += 4) {
    const diagnostics = await found(joined(...all.slice(first, first + 4)));
    const places = diagnostics.map(({ span }) => `${span?.source.name} ${String(span?.start).padStart(8)}`);
    expect(places).toEqual([...places].sort());
    const texts = diagnostics.map((diagnostic) => render(diagnostic));
    expect(new Set(texts).size).toBe(texts.length);
  }
}, 240_000);

const noise = ["", "", "", "{", "}", "(", ")", "[", "]", "=", ",", "->", '"', "9", "zz", ".."];

const garbledTexts = ["faster-rcnn-nuclei.rcnn", "mask-rcnn-nuclei.yaml", "library/fpn.rcnn"];

test.each(garbledTexts)(
  "of %s with a word garbled nothing but syntax is wrong, where that is",
  async (name) => {
    const path = join("configs", name);
    const text = readFileSync(path, "utf8");
    const words = [...text.matchAll(/^\s*\/\/.*|"[^"\n]*"|\w+|->|\.\.|[^\s\w]/gm)].filter(
      ([word]) => !word.trim().startsWith("//"),
    );
    const next = numbers(11);
    let broken = 0;
    for (let count = 0; count < 50; count++) {
      const { 0: word, index } = words[next(words.length)]!;
      const garbled = text.slice(0, index) + noise[next(noise.length)]! + text.slice(index + word.length);
      const codes = (await found(garbled, path)).map(({ code }) => code);
      if (!codes.some((code) => code.startsWith("syntax/"))) continue;
      broken++;
      const others = codes.filter((code) => !code.startsWith("syntax/") && code !== "merge/no-model");
      expect(others, garbled.slice(index - 60, index + 60)).toEqual([]);
    }
    expect(broken).toBeGreaterThan(20);
  },
  240_000,
);

test("mistakes of every stage are found in one text", async () => {
  const text = readFileSync("configs/faster-rcnn-nuclei.rcnn", "utf8")
    .replace('use "library/fpn"', 'use "library/fpnn"')
    .replace("classes  = 1", "clases   = 1")
    .replace("96px)", "96px")
    .replace("48px, ", "")
    .replace("positive = 0.7  negative = 0.3", "positive = 0.3  negative = 0.7")
    .replace("count = 256  positive = 50%", "count = 256  positive 50%")
    .replace("roiPool", "roiPol");
  const wanted = [
    "load/unresolved-use",
    "check/unknown-key",
    "syntax/unclosed",
    "model/match-order",
    "syntax/unexpected",
    "check/unknown-component",
  ];
  expect((await found(text)).map(({ code }) => code)).toEqual(wanted);
});

const examples = ["syntax", "load", "merge", "check", "model", "sweep"].flatMap((stage) =>
  readdirSync(join("test", "diagnostics", stage))
    .filter((name) => /\.(rcnn|yaml)$/.test(name))
    .map((name) => join("test", "diagnostics", stage, name)),
);

test("all fixes of an example together leave nothing of what they fix", async () => {
  let fixedTexts = 0;
  for (const path of examples) {
    const text = readFileSync(path, "utf8");
    const fixed = (await found(text, path)).filter(({ fixes }) => fixes);
    if (fixed.length === 0) continue;
    fixedTexts++;
    const edits = fixed
      .flatMap(({ fixes }) => fixes![0]!.edits)
      .filter(({ span }) => span.source.name === path);
    const each = new Map(edits.map((edit) => [`${edit.span.start} ${edit.span.end} ${edit.text}`, edit]));
    const after = [...each.values()]
      .sort((a, b) => b.span.start - a.span.start)
      .reduce(
        (before, { span, text: by }) => before.slice(0, span.start) + by + before.slice(span.end),
        text,
      );
    const codes = new Set(fixed.map(({ code }) => code));
    const left = (await found(after, path)).filter(({ code, fixes }) => fixes && codes.has(code));
    expect(left.map(placed), after).toEqual([]);
  }
  expect(fixedTexts).toBeGreaterThan(15);
}, 240_000);

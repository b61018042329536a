/** The files of `grammar/` that are generated are what the parser and the lexer say; `npm run docs` writes them anew. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ebnf } from "./ebnf.ts";
import { textMate } from "./text-mate.ts";

const grammar = join(import.meta.dirname, "..", "..", "grammar");

test("grammar/rcnn.ebnf is fresh", async () => {
  await expect(ebnf()).toMatchFileSnapshot(join(grammar, "rcnn.ebnf"));
});

test("grammar/rcnn.tmLanguage.json is fresh", async () => {
  const text = `${JSON.stringify(textMate, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(join(grammar, "rcnn.tmLanguage.json"));
});

test("the EBNF defines every name that it uses", () => {
  const text = ebnf().replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const lines = text
    .split("\n")
    .map((line) => line.replace(/(^|[ (|])\/(?! ).*\/(?= |$)/, "").replaceAll(/"[^"]*"/g, ""));
  const defined = new Set([...text.matchAll(/^(\w+) ::=/gm)].map(([, name]) => name));
  const used = lines.flatMap((line) => line.match(/[A-Za-z_]\w*/g) ?? []);
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((name) => !defined.has(name))).toEqual([]);
});

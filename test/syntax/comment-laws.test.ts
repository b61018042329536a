/** Comments at any place of any document survive printing and converting: each once, in their order, beside the same words. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument, visit } from "yaml";
import { lexer } from "../../grammar/tokens.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { Document } from "../../src/syntax/ast.ts";
import { difference } from "../../src/syntax/difference.ts";
import { inYamlOrder } from "../../src/syntax/group.ts";
import { parse } from "../../src/syntax/parse.ts";
import { print } from "../../src/syntax/print.ts";
import { printYaml } from "../../src/syntax/print-yaml.ts";
import { document } from "./document-arbitrary.ts";
import { span } from "./expression-arbitrary.ts";

interface Notation {
  readonly name: string;
  readonly mark: string;
  readonly print: (document: Document) => string;
}

const rcnn: Notation = { name: "m.rcnn", mark: "//", print: (made) => print(made) };
const yaml: Notation = { name: "m.yaml", mark: "#", print: (made) => printYaml(made) };

/** Where a comment is put: a part of the places that there are, on which line, and with which indentation. */
const insertion = fc.record({
  at: fc.nat(),
  style: fc.constantFrom("behind" as const, "line" as const, "apart" as const),
  indent: fc.constantFrom(0, 2, 4, 6),
});
type Insertion = typeof insertion extends fc.Arbitrary<infer T> ? T : never;

const insertions = fc.array(insertion, { minLength: 1, maxLength: 6 });

/** One after the other from the end, those that change nothing but the comments of the text. */
function commented(
  text: string,
  places: readonly number[],
  chosen: readonly Insertion[],
  { mark }: Notation,
  isSame: (text: string, count: number) => boolean,
): string {
  const byPlace = new Map(chosen.map((each) => [places[each.at % places.length]!, each]));
  const ordered = [...byPlace].sort(([a], [b]) => b - a);
  let [result, count] = [text, 0];
  for (const [place, { style, indent }] of ordered) {
    const [before, after] = [result.slice(0, place), result.slice(place)];
    const comment = `${mark} comment ${ordered.length - count}`;
    const next = {
      behind: `${before} ${comment}\n${" ".repeat(indent)}${after}`,
      line: `${before}\n${" ".repeat(indent)}${comment}\n${after}`,
      apart: `${before}\n\n${" ".repeat(indent)}${comment}\n\n${after}`,
    }[style].replace(/(comment \d+)\n[^\S\n]*\n(?!\n)/, "$1\n");
    if (!isSame(next, count + 1)) continue;
    result = next;
    count++;
  }
  return result;
}

const read = (name: string, text: string): Document => parse({ name, text }).value!;

const texts = ({ comments }: Document): readonly string[] => comments.map(({ text }) => text);

const isSameIn =
  (name: string, made: Document) =>
  (text: string, count: number): boolean => {
    const { value, diagnostics } = parse({ name, text });
    return !hasErrors(diagnostics) && value?.comments.length === count && !difference(value, made, span);
  };

/** How many words stand before each comment. */
function wordsBefore(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let count = 0;
  for (const { 0: word } of text.matchAll(/comment \d+|[\w.]+/g)) {
    if (word.startsWith("comment ")) found.set(word, count);
    // These come and go with the form of a value.
    else if (!/^(return|pipe|body|layers|input|record)$/.test(word)) count++;
  }
  return found.set("", count);
}

function expectBeside(printed: string, text: string): void {
  const [before, after] = [wordsBefore(text), wordsBefore(printed)];
  if (before.get("") !== after.get("")) return;
  for (const [comment, count] of before)
    expect(Math.abs(after.get(comment)! - count), `${comment} of\n${text}`).toBeLessThanOrEqual(1);
}

/** The laws of a commented text; those of converting need a document that YAML leaves in its order. */
function expectLaws(text: string, made: Document, own: Notation, other: Notation): Document {
  const value = read(own.name, text);
  const once = own.print(value);
  const again = read(own.name, once);
  expect(texts(again)).toEqual(texts(value));
  expect(difference(again, made, span)).toBeUndefined();
  expect(own.print(again)).toBe(once);
  const converted = other.print(value);
  const twin = read(other.name, converted);
  expect(texts(twin).toSorted()).toEqual(texts(value).toSorted());
  expect(difference(twin, inYamlOrder(made), span)).toBeUndefined();
  expect(other.print(twin)).toBe(converted);
  if (difference(made, inYamlOrder(made), span)) return value;
  expect(texts(twin)).toEqual(texts(value));
  expect(texts(read(own.name, own.print(twin)))).toEqual(texts(value));
  return value;
}

/** Documents with any comments already in their texts would make more of them. */
const plain = document.filter((made) => !/\/\/|#/.test(print(made)));

const lineEnds = (text: string): readonly number[] => [...text.matchAll(/$/gm)].map(({ index }) => index);

test("behind any token of .rcnn", () => {
  fc.assert(
    fc.property(plain, insertions, (made, chosen) => {
      const text = print(made);
      const ends = lexer.tokenize(text).tokens.map((word) => word.startOffset + word.image.length);
      // What touches must go on touching.
      const free = [0, ...ends].filter((place) => !/^[([.]|^\w/.test(text.slice(place)) || place === 0);
      expectLaws(commented(text, free, chosen, rcnn, isSameIn("m.rcnn", made)), made, rcnn, yaml);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test("at the ends of lines of .rcnn, where they stay", () => {
  fc.assert(
    fc.property(plain, insertions, (made, chosen) => {
      const text = print(made);
      const result = commented(text, lineEnds(text), chosen, rcnn, isSameIn("m.rcnn", made));
      expectBeside(print(expectLaws(result, made, rcnn, yaml)), result);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test("at the ends of lines of YAML, with any indentation, where they stay", () => {
  fc.assert(
    fc.property(plain, insertions, (before, chosen) => {
      const made = inYamlOrder(before);
      const text = printYaml(made);
      const result = commented(text, lineEnds(text), chosen, yaml, isSameIn("m.yaml", made));
      expectBeside(printYaml(expectLaws(result, made, yaml, rcnn)), result);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test("between any words of YAML in any layout", () => {
  fc.assert(
    fc.property(plain, insertions, fc.array(fc.nat(2), { minLength: 1 }), (before, chosen, layout) => {
      const made = inYamlOrder(before);
      const tree = parseDocument(printYaml(made), { version: "1.2", schema: "core" });
      let count = 0;
      visit(tree, {
        Collection: (_, node) => {
          const flow = layout[count++ % layout.length]!;
          if (flow < 2) node.flow = flow === 1;
        },
      });
      const text = tree.toString({ lineWidth: 0, indentSeq: layout[0] === 0 });
      const isSame = isSameIn("m.yaml", made);
      fc.pre(isSame(text, 0));
      const places = [...text.matchAll(/(?<=[\s,[\]{}:])|$/gm)].map(({ index }) => index);
      expectLaws(commented(text, places, chosen, yaml, isSame), made, yaml, rcnn);
    }),
    { numRuns: 150, seed: 1 },
  );
});

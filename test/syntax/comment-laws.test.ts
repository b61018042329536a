/** Comments at any place of any document survive printing and converting, each once. */
import fc from "fast-check";
import { expect, test } from "vitest";
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

/** Comments that can be told apart, at the given parts of `places`. */
function inserted(text: string, places: readonly number[], parts: readonly number[], mark: string): string {
  const chosen = [...new Set(parts.map((part) => places[part % places.length]!))].sort((a, b) => b - a);
  return chosen.reduce(
    (before, place, index) =>
      `${before.slice(0, place)}${index % 2 ? " " : "\n"}${mark} comment ${index}\n${before.slice(place)}`,
    text,
  );
}

const texts = ({ comments }: Document): readonly string[] => comments.map(({ text }) => text).sort();

const parts = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });

/** Documents with any comments already in their texts would make more of them. */
const plain = document.filter((made) => !/\/\/|#/.test(print(made)));

test("in .rcnn", () => {
  fc.assert(
    fc.property(plain, parts, (made, chosen) => {
      const text = print(made);
      const places = [0, ...lexer.tokenize(text).tokens.map((word) => word.startOffset + word.image.length)];
      // What touches must go on touching.
      const free = places.filter((place) => !/^[([.]|^\w/.test(text.slice(place)) || place === 0);
      const { value, diagnostics } = parse({ name: "m.rcnn", text: inserted(text, free, chosen, "//") });
      expect(diagnostics).toEqual([]);
      const once = print(value!);
      const again = parse({ name: "m.rcnn", text: once }).value!;
      expect(texts(again)).toEqual(texts(value!));
      expect(difference(again, made, span)).toBeUndefined();
      expect(print(again)).toBe(once);
      const yaml = parse({ name: "m.yaml", text: printYaml(value!) }).value!;
      expect(texts(yaml)).toEqual(texts(value!));
      expect(difference(yaml, inYamlOrder(made), span)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test("in YAML", () => {
  fc.assert(
    fc.property(plain, parts, (made, chosen) => {
      const text = printYaml(made);
      const ends = [...text.matchAll(/$/gm)].map(({ index }) => index);
      const commented = inserted(text, ends, chosen, "#").replaceAll(/\n\n/g, "\n");
      const { value, diagnostics } = parse({ name: "m.yaml", text: commented });
      // A comment may have been put into a text of several lines.
      fc.pre(!hasErrors(diagnostics) && value !== undefined && !difference(value, inYamlOrder(made), span));
      const once = printYaml(value!);
      const again = parse({ name: "m.yaml", text: once }).value!;
      expect(texts(again)).toEqual(texts(value!));
      expect(difference(again, value!, span)).toBeUndefined();
      expect(printYaml(again)).toBe(once);
      expect(texts(parse({ name: "m.rcnn", text: print(value!) }).value!)).toEqual(texts(value!));
    }),
    { numRuns: 1000 },
  );
});

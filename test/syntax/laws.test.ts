/** Laws of the two notations over documents of all kinds: nothing is lost in printing, and they say the same. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Document } from "../../src/syntax/ast.ts";
import { difference } from "../../src/syntax/difference.ts";
import { inYamlOrder } from "../../src/syntax/group.ts";
import { parse } from "../../src/syntax/parse.ts";
import { print } from "../../src/syntax/print.ts";
import { printYaml } from "../../src/syntax/print-yaml.ts";
import { document } from "./document-arbitrary.ts";
import { span } from "./expression-arbitrary.ts";
import { shapeOf } from "./shape-of.ts";

const read = (name: string, text: string): Document => {
  const { value, diagnostics } = parse({ name, text });
  if (diagnostics.length > 0) expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return value!;
};

/** The slow comparison only says what differs. */
const same = (again: Document, made: Document): void => {
  if (difference(again, made, span)) expect(shapeOf(again)).toEqual(shapeOf(made));
  expect(difference(again, made, span)).toBeUndefined();
};

test("what is printed reads as what it was, and is printed the same again", () => {
  fc.assert(
    fc.property(document, (made) => {
      const text = print(made);
      const again = read("m.rcnn", text);
      same(again, made);
      expect(print(again)).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

test("the YAML form reads as what it was, and is printed the same again", () => {
  fc.assert(
    fc.property(document, (made) => {
      const text = printYaml(made);
      const again = read("m.yaml", text);
      same(again, inYamlOrder(made));
      expect(printYaml(again)).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

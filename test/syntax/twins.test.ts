/** The two notations say the same. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "../../src/syntax/parse.ts";
import { shapeOf } from "./shape-of.ts";

const read = (name: string) => parse({ name, text: readFileSync(name, "utf8") });

test.each(["mask", "edits"])("%s.rcnn and its YAML twin are one document but for the places", (name) => {
  const text = read(`test/syntax/twins/${name}.rcnn`);
  const yaml = read(`test/syntax/twins/${name}.yaml`);
  expect(text.diagnostics).toEqual([]);
  expect(yaml.diagnostics).toEqual([]);
  expect(shapeOf(yaml.value)).toEqual(shapeOf(text.value));
});

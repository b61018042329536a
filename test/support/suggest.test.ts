import { expect, test } from "vitest";
import { editDistance, nearestName } from "../../src/support/suggest.ts";

test("a distance counts insertions, deletions, replacements and swaps of neighbours", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("conv", "convs")).toBe(1);
  expect(editDistance("covn", "conv")).toBe(1);
  expect(editDistance("kitten", "sitting")).toBe(3);
});

test("the nearest name is the one with the fewest mistakes, letter case aside", () => {
  expect(nearestName("roialign", ["roiPool", "roiAlign", "align"])).toBe("roiAlign");
  expect(nearestName("msk", ["box", "mask"])).toBe("mask");
});

test("a name is not suggested where too much of it would have to change, nor for itself", () => {
  expect(nearestName("rpn", ["detect", "input"])).toBeUndefined();
  expect(nearestName("rpn", ["rpn"])).toBeUndefined();
  expect(nearestName("stride", ["strixx"])).toBe("strixx");
  expect(nearestName("stride", ["strxxx"])).toBeUndefined();
});

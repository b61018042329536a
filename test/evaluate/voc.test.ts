import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { EvaluationImage } from "../../src/evaluate/types.ts";
import { evaluateVoc } from "../../src/evaluate/voc.ts";

/** Written by test/oracles/voc_evaluation.py: corners counted from 1, inclusive. */
const golden = JSON.parse(readFileSync(new URL("voc.golden.json", import.meta.url), "utf8"));

const corners = <T extends { inclusive: [number, number, number, number] }>(object: T) => {
  const [x1, y1, x2, y2] = object.inclusive;
  return { ...object, box: [x1 - 1, y1 - 1, x2, y2], area: 0, crowd: false };
};

for (const [index, { images, categories, elevenPoint, area }] of golden.entries()) {
  test(`both averages are those of the development kit, scenario ${index}`, () => {
    const read = images.map((image: { truths: never[]; detections: never[] }) => ({
      truths: image.truths.map(corners),
      detections: image.detections.map(corners),
    })) as EvaluationImage[];
    const found = evaluateVoc(read, { categories });
    for (const [category, value] of found.categories.entries()) {
      expect(value.elevenPoint).toBeCloseTo(elevenPoint[category], 9);
      expect(value.area).toBeCloseTo(area[category], 9);
    }
    const present = area.filter((value: number) => value >= 0);
    const mean = present.reduce((sum: number, value: number) => sum + value, 0) / present.length;
    expect(found.area).toBeCloseTo(mean, 9);
  });
}

test("a difficult object that is found is neither right nor wrong", () => {
  const truth = { box: [0, 0, 10, 10], category: 0, area: 100, crowd: false } as const;
  const image: EvaluationImage = {
    truths: [
      { ...truth, difficult: true },
      { ...truth, box: [50, 50, 60, 60], difficult: false },
    ],
    detections: [
      { box: [0, 0, 10, 10], category: 0, score: 0.9 },
      { box: [50, 50, 60, 60], category: 0, score: 0.8 },
    ],
  };
  const { area, categories } = evaluateVoc([image], { categories: 1 });
  expect(area).toBe(1);
  expect(categories[0]!.recall).toEqual([1]);
});

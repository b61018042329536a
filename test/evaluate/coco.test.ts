import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRunString } from "../../src/data/run-string.ts";
import { createCocoMeasure } from "../../src/evaluate/coco.ts";
import type { EvaluationImage } from "../../src/evaluate/types.ts";

function evaluateCoco(
  images: readonly EvaluationImage[],
  options: { readonly kind: "bbox" | "segm"; readonly categories: number },
) {
  const { add, result } = createCocoMeasure(options);
  for (const image of images) add(image);
  return result();
}

/** Written by test/oracles/coco_evaluation.py. */
const golden = JSON.parse(readFileSync(new URL("coco.golden.json", import.meta.url), "utf8"));

interface GoldenObject {
  readonly counts: string;
}

function read({
  size: [height, width],
  images,
}: {
  size: [number, number];
  images: unknown[];
}): EvaluationImage[] {
  const withMask = (object: GoldenObject) => ({
    ...object,
    difficult: false,
    mask: { height, width, counts: parseRunString(object.counts)! },
  });
  return (images as { truths: GoldenObject[]; detections: GoldenObject[] }[]).map(
    ({ truths, detections }) => ({
      truths: truths.map(withMask),
      detections: detections.map(withMask),
    }),
  ) as unknown as EvaluationImage[];
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of found.entries()) expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-9);
}

for (const kind of ["bbox", "segm"] as const) {
  for (const [index, scenario] of golden.entries()) {
    test(`${kind} numbers are those of COCOeval, scenario ${index}`, () => {
      const expected = scenario[kind];
      const { summary, categoryAP, curves } = evaluateCoco(read(scenario), {
        kind,
        categories: scenario.categories,
      });
      expect(Object.keys(summary)).toEqual(Object.keys(expected.summary));
      expectClose(Object.values(summary), Object.values(expected.summary));
      expectClose(categoryAP, expected.categoryAP);
      // Where the category has no true object, pycocotools fills in -1 and we leave the curve out.
      const curve = curves.precision[0]![5] ?? curves.recalls.map(() => -1);
      expectClose(curve, expected.precisionOfCategory0At075);
      expect(curves.thresholds).toEqual(expected.thresholds);
      expect(curves.recalls).toEqual(expected.recalls);
    });
  }
}

test("without true objects every number is -1", () => {
  const detection = { box: [0, 0, 5, 5], category: 0, score: 1 } as const;
  const { summary, categoryAP } = evaluateCoco([{ truths: [], detections: [detection] }], {
    kind: "bbox",
    categories: 1,
  });
  expect(new Set(Object.values(summary))).toEqual(new Set([-1]));
  expect(categoryAP).toEqual([-1]);
});

test("perfect detections have precision and recall 1", () => {
  const corner = fc.integer({ min: 0, max: 50 });
  const box = fc.tuple(corner, corner, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }));
  // One object an image: two equal boxes would be one truth twice, of which either detection may take either.
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 8 }), (boxes) => {
      const images = boxes.map(([x, y, w, h]): EvaluationImage => {
        const common = { box: [x, y, x + w, y + h] as const, category: 0 };
        return {
          truths: [{ ...common, area: w * h, crowd: false, difficult: false }],
          detections: [{ ...common, score: 0.5 }],
        };
      });
      const { summary } = evaluateCoco(images, { kind: "bbox", categories: 1 });
      expect(summary.AP).toBeCloseTo(1, 12);
      expect(summary.AR1).toBe(1);
    }),
  );
});

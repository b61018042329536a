import fc from "fast-check";
import { expect, test } from "vitest";
import { anchorCoverage, coverageProblems } from "../../src/answers/anchor-coverage.ts";
import { baseAnchors } from "../../src/components/anchors.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Model } from "../../src/model/model.ts";
import { modelOf } from "../model/model-of.ts";

type Box = readonly [number, number, number, number];

const config = "configs/mask-rcnn-nuclei.rcnn";

const datasetOf = (boxes: readonly Box[], width = 128, height = 128): Dataset => ({
  name: "data",
  categories: [{ id: 1, name: "thing" }],
  images: [
    {
      id: 1,
      fileName: "a.png",
      path: "a.png",
      width,
      height,
      objects: boxes.map((box, id) => ({ id, box, category: 0, area: 1, crowd: false, difficult: false })),
    },
  ],
});

function iou(a: Box, b: Box): number {
  const side = (low: number, high: number) =>
    Math.max(0, Math.min(a[high]!, b[high]!) - Math.max(a[low]!, b[low]!));
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  const shared = side(0, 2) * side(1, 3);
  return shared / (area(a) + area(b) - shared);
}

/** Every anchor of every cell, for an image that is not resized. */
function bestByHand({ rpn }: Model, truth: Box, [width, height]: readonly [number, number]): number {
  const { anchors, levels } = rpn!;
  let best = 0;
  for (const [level, { stride }] of levels.entries()) {
    for (const [x1, y1, x2, y2] of baseAnchors(anchors, level, stride)) {
      for (let row = 0; row < Math.ceil(height / stride); row++) {
        for (let column = 0; column < Math.ceil(width / stride); column++) {
          const [x, y] = [(column + anchors.offset) * stride, (row + anchors.offset) * stride];
          const cut = (value: number, most: number) =>
            anchors.clip ? Math.min(most, Math.max(0, value)) : value;
          const box: Box = [cut(x1 + x, width), cut(y1 + y, height), cut(x2 + x, width), cut(y2 + y, height)];
          const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
          if (anchors.straddling === "discard" && !inside) continue;
          best = Math.max(best, iou(box, truth));
        }
      }
    }
  }
  return best;
}

const corner = fc.double({ min: 0, max: 100, noNaN: true });
const side = fc.double({ min: 2, max: 28, noNaN: true });

test.each([
  ["as they stand", []],
  ["none across the border", ["rpn.anchors.straddling=discard"]],
  ["cut at the border", ["rpn.anchors.clip=true"]],
  ["in the middle of their cells", ["rpn.anchors.offset=0.5", "rpn.anchors.rounded=false"]],
])("the best overlap is that of all anchors tried one by one: %s", async (_, sets) => {
  const model = await modelOf(config, { sets });
  fc.assert(
    fc.property(corner, corner, side, side, (x, y, width, height) => {
      const truth: Box = [x, y, x + width, y + height];
      const { median } = anchorCoverage(model, datasetOf([truth]))!;
      expect(median).toBeCloseTo(bestByHand(model, truth, [128, 128]), 9);
    }),
    { numRuns: 60 },
  );
});

test("boxes are measured as the model sees them, after resizing", async () => {
  const model = await modelOf(config, { sets: [] });
  const [small, large] = [
    anchorCoverage(model, datasetOf([[8, 8, 32, 32]])),
    anchorCoverage(model, datasetOf([[40, 40, 160, 160]], 640, 640)),
  ];
  expect(large!.median).toBeCloseTo(small!.median, 9);
});

test("objects that no anchor fits are warned of at the sizes of the anchors, others are counted", async () => {
  const fitting: readonly Box[] = [
    [20, 20, 44, 44],
    [60, 60, 108, 108],
  ];
  const model = await modelOf(config, { sets: [] });
  const good = anchorCoverage(model, datasetOf(fitting))!;
  expect({ ...good, median: 0 }).toMatchObject({
    objects: 2,
    reached: 2,
    missed: 0,
    positive: 0.7,
    negative: 0.3,
  });
  expect(good.levels.map(({ objects }) => objects)).toEqual([0, 1, 1, 0]);
  expect(coverageProblems(model, good, "data")).toEqual([]);
  const flat = anchorCoverage(model, datasetOf([...fitting, [10, 10, 110, 14]]))!;
  expect(flat).toMatchObject({ objects: 3, reached: 2, missed: 1 });
  const [warning] = coverageProblems(model, flat, "data");
  expect(warning).toMatchObject({ code: "data/anchors-beside", severity: "warning" });
  expect(warning!.message).toMatch(/^1 of the 3 objects of `data` have no anchor that overlaps them by 0\.3/);
  const { source, start } = warning!.span!;
  expect(source.text.slice(start)).toMatch(/^(sizes|perLevel)/);
});

test("a model without an RPN has no anchors, and data without objects nothing to say", async () => {
  const model = await modelOf(config, { sets: [] });
  expect(anchorCoverage(model, datasetOf([]))).toBeUndefined();
  const fast = await modelOf("configs/fast-rcnn-nuclei.rcnn", { sets: [] });
  expect(anchorCoverage(fast, datasetOf([[1, 1, 9, 9]]))).toBeUndefined();
});

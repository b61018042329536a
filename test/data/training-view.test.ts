/** Jitter of scale and windows: what is shown of an image, and that boxes, masks and proposals are shown with it. */
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeTrainingFeeds } from "../../src/data/batch.ts";
import type { ImageRecord } from "../../src/data/dataset.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import type { MaskCrop } from "../../src/data/mask-crop.ts";
import { createSampleReader, type Sample } from "../../src/data/sample.ts";
import {
  boxInView,
  type Draw,
  largestSize,
  paddedTrainingSize,
  type TrainingRule,
  viewOf,
} from "../../src/data/training-view.ts";
import { truthCapacity } from "../../src/data/truth-capacity.ts";

const draw: Draw = { shortest: 800, flipped: false, factor: 0, down: 0, across: 0 };
const rule: TrainingRule = { shortest: 800, longest: 1333, multiple: 32, jitter: null, crop: null };

/** int(side * min(1024 / height, 1024 / width) * factor), as torchvision's reference writes it. */
test.each([
  [{ height: 480, width: 640 }, 0.1, { height: 76, width: 102 }],
  [{ height: 480, width: 640 }, 1, { height: 768, width: 1024 }],
  [{ height: 480, width: 640 }, 2, { height: 1536, width: 2048 }],
  [{ height: 500, width: 333 }, 1.37, { height: 1402, width: 934 }],
])("large-scale jitter of %j by %f resizes to %j", (file, factor, resized) => {
  const jittered = { ...rule, jitter: [0, 2], crop: { height: 1024, width: 1024 } } as const;
  const view = viewOf(file, jittered, { ...draw, factor: factor / 2 });
  expect(view.resized).toEqual(resized);
  expect(view.frame).toEqual({ height: 1024, width: 1024 });
  const { window } = view;
  expect(window).toMatchObject({
    height: Math.min(1024, resized.height),
    width: Math.min(1024, resized.width),
  });
});

test("without a window jitter scales the usual size, which has a largest", () => {
  const jittered = { ...rule, jitter: [0.5, 1.5] } as const;
  const file = { height: 480, width: 640 };
  expect(viewOf(file, jittered, { ...draw, factor: 0.5 }).resized).toEqual({ height: 800, width: 1066 });
  expect(largestSize(file, jittered)).toEqual({ height: 1200, width: 1600 });
  expect(paddedTrainingSize(file, jittered)).toEqual({ height: 1216, width: 1600 });
});

/** A picture whose pixels tell their places, with rectangles of whole pixels as objects. */
function sampleOf(width: number, height: number, boxes: readonly (readonly number[])[]): Sample {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => [(i / 3) % width, i / 3 / width, 7][i % 3]!);
  const objects = boxes.map(([x1, y1, x2, y2]) => ({
    ...{ box: [x1!, y1!, x2!, y2!] as const, category: 0, crowd: false, id: 1, area: 1 },
  }));
  const masks = boxes.map(([x1, y1, x2, y2]): MaskCrop => {
    const [w, h] = [x2! - x1!, y2! - y1!];
    return { x: x1!, y: y1!, width: w, height: h, data: new Uint8Array(w * h).fill(1) };
  });
  const record = { path: "a.png", fileName: "a.png", width, height, objects } as unknown as ImageRecord;
  return { record, image: { width, height, data }, objects, masks } as unknown as Sample;
}

test("pixels, boxes, masks and proposals of a window are those of the image, moved and cut", async () => {
  const side = fc.integer({ min: 6, max: 20 });
  const drawn = fc.double({ min: 0, max: 0.999, noNaN: true });
  const scenes = fc.record({
    ...{ width: side, height: side, crop: fc.tuple(side, side) },
    ...{ flipped: fc.boolean(), down: drawn, across: drawn, corner: fc.tuple(fc.nat(3), fc.nat(3)) },
  });
  await fc.assert(
    fc.asyncProperty(scenes, async ({ width, height, crop, flipped, down, across, corner }) => {
      const box = [corner[0], corner[1], corner[0] + 3, corner[1] + 2] as const;
      const sample = sampleOf(width, height, [box, [width - 1, height - 1, width, height]]);
      const shortest = Math.min(width, height);
      const cut: TrainingRule = {
        ...{ shortest, longest: 100, multiple: 8, jitter: null },
        crop: { height: crop[0], width: crop[1] },
      };
      const bucket = paddedTrainingSize(sample.image, cut);
      const drawing = { ...draw, shortest, flipped, down, across };
      const { value, diagnostics } = await makeTrainingFeeds([sample.record], {
        ...{ rule: cut, draws: [drawing], bucket, fill: [1, 2, 3], masks: true },
        capacity: { objects: 8, pixels: 1024 },
        read: async () => ({ value: sample, diagnostics: [] }),
        proposals: { count: 2, file: { path: "", boxes: new Map([["a.png", [box]]]) } },
      });
      expect(diagnostics).toEqual([]);
      const { window, offset } = viewOf(sample.image, cut, drawing);
      const pixel = (x: number, y: number) =>
        [0, 1, 2].map((c) => value!.images!.data[(y * bucket.width + x) * 3 + c]!);
      /** The pixel of the file that is shown at a place of the frame. */
      const sourceOf = (x: number, y: number) => {
        const [column, row] = [x - offset + window.left, y + window.top];
        const inside = x >= offset && x - offset < window.width && y < window.height;
        return inside ? [flipped ? width - 1 - column : column, row] : undefined;
      };
      const [, y1, , y2] = value!.truthBoxes!.data;
      const seen: number[][] = [];
      for (let y = 0; y < crop[0]; y++) {
        for (let x = 0; x < crop[1]; x++) {
          const source = sourceOf(x, y);
          expect(pixel(x, y)).toEqual(source ? [source[0], source[1], 7] : [1, 2, 3]);
          const isOn =
            source && source[0]! >= box[0] && source[0]! < box[2] && source[1]! >= box[1] && source[1]! < box[3];
          if (isOn) seen.push([x, y]);
        }
      }
      if (bucket.width > crop[1]) expect(pixel(crop[1], 0)).toEqual([0, 0, 0]);
      expect([...value!.imageSizes!.data]).toEqual([crop[0], crop[1]]);
      if (seen.length === 0) return;
      const [xs, ys] = [0, 1].map((axis) => seen.map((place) => place[axis]!));
      const bounds = [Math.min(...xs!), Math.min(...ys!), Math.max(...xs!) + 1, Math.max(...ys!) + 1];
      expect([...value!.truthBoxes!.data.slice(0, 4)]).toEqual(bounds);
      expect([...value!.proposalBoxes!.data.slice(0, 4)]).toEqual(bounds);
      expect([...value!.truthCrops!.data.slice(0, 4)]).toEqual([
        ...[bounds[0], bounds[1], bounds[2]! - bounds[0]!, y2! - y1!],
      ]);
      expect(value!.truthPixels!.data.slice(0, seen.length).every((bit) => bit === 1)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("an object that the window does not show is left out, and those after it move up", () => {
  const view = viewOf({ height: 10, width: 10 }, { ...rule, shortest: 10, crop: { height: 4, width: 4 } }, {
    ...draw,
    shortest: 10,
  });
  expect(view.window).toEqual({ left: 0, top: 0, height: 4, width: 4 });
  expect(boxInView(view, [4, 0, 8, 4])).toBeUndefined();
  expect(boxInView(view, [3, 1, 8, 4])).toEqual([3, 1, 4, 4]);
});

test("the capacity holds every draw", async () => {
  const data = join(import.meta.dirname, "nuclei");
  const { images, ...rest } = (await loadDataset({ data, split: "train" })).value!;
  const read = createSampleReader({ masks: true });
  const rules: readonly TrainingRule[] = [
    { shortest: 150, longest: 200, multiple: 32, jitter: [0.3, 1.7], crop: null },
    { shortest: 150, longest: 200, multiple: 32, jitter: [0.1, 2], crop: { height: 96, width: 160 } },
    { shortest: 150, longest: 200, multiple: 32, jitter: null, crop: { height: 100, width: 100 } },
  ];
  for (const each of rules) {
    for (const record of images.slice(0, 2)) {
      const capacity = truthCapacity({ ...rest, images: [record] }, each, 1);
      for (const at of [0, 0.3, 0.77, 0.999]) {
        const drawing = { shortest: 150, flipped: at > 0.5, factor: at, down: at, across: 1 - at - 1e-3 };
        const bucket = paddedTrainingSize(record, each);
        const { diagnostics } = await makeTrainingFeeds([record], {
          ...{ rule: each, draws: [drawing], bucket, capacity, masks: true, read },
        });
        expect(diagnostics).toEqual([]);
      }
    }
  }
});

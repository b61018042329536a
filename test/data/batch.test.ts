import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { makeTrainingFeeds, type TrainingBatchOptions } from "../../src/data/batch.ts";
import type { Dataset, ImageRecord } from "../../src/data/dataset.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { predictionFeeds, resizeForPrediction, scaleBox } from "../../src/data/prediction-feeds.ts";
import { readImage } from "../../src/data/read-image.ts";
import { nearestSources, paddedSize } from "../../src/data/resize.ts";
import { createSampleReader } from "../../src/data/sample.ts";
import { segmentationRuns } from "../../src/data/segmentation.ts";
import { truthCapacity } from "../../src/data/truth-capacity.ts";
import { decodeRuns } from "../../src/support/run-lengths.ts";

let dataset: Dataset;
beforeAll(async () => {
  dataset = (await loadDataset({ data: join(import.meta.dirname, "nuclei"), split: "train" })).value!;
});

const same = { shortest: 128, longest: 128, multiple: 32, jitter: null, crop: null };
const larger = { ...same, shortest: 150, longest: 200 };

/** What is drawn for two images. */
const draws = (rule: typeof same, flipped = false) =>
  [0, 1].map(() => ({ shortest: rule.shortest, flipped, factor: 0, down: 0, across: 0 }));

const optionsFor = (rule: typeof same, more: Partial<TrainingBatchOptions> = {}): TrainingBatchOptions => ({
  rule,
  bucket: paddedSize(dataset.images[0]!, rule),
  capacity: more.capacity ?? truthCapacity(dataset, rule, 2),
  masks: true,
  draws: draws(rule),
  read: createSampleReader({ masks: true }),
  ...more,
});

/** The mask of slot `slot` of image `index`, on the resized image. */
function unpack(feeds: Readonly<Record<string, { data: ArrayLike<number>; shape: readonly number[] }>>, index: number, slot: number) {
  const [, height, width] = feeds.images!.shape as [number, number, number, number];
  const at = index * feeds.truthOffsets!.shape[1]! + slot;
  const [x, y, w, h] = [0, 1, 2, 3].map((part) => feeds.truthCrops!.data[at * 4 + part]!) as [number, number, number, number];
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const pixel = feeds.truthPixels!.data[feeds.truthOffsets!.data[at]! + row * w + column]!;
      mask[(y + row) * width + x + column] = pixel;
    }
  }
  return mask;
}

/** The mask of an object on the flipped, resized and padded image, the plain way. */
function expectedMask(record: ImageRecord, slot: number, resized: number, padded: number, flip: boolean): Uint8Array {
  const { data } = decodeRuns(segmentationRuns(record.objects[slot]!.segmentation!, record.height, record.width));
  const sources = nearestSources(record.width, resized);
  const mask = new Uint8Array(padded * padded);
  for (let y = 0; y < resized; y++) {
    for (let x = 0; x < resized; x++) {
      const column = flip ? record.width - 1 - sources[x]! : sources[x]!;
      mask[y * padded + x] = data[sources[y]! * record.width + column]!;
    }
  }
  return mask;
}

test("an image of the right size is fed as it is", async () => {
  const record = dataset.images[3]!;
  const { value: feeds } = await makeTrainingFeeds([record], optionsFor(same));
  const { value: image } = await readImage(record.path);
  expect(feeds!.images!.shape).toEqual([1, 128, 128, 3]);
  expect(feeds!.images!.data).toEqual(Float32Array.from(image!.data));
  expect([...feeds!.imageSizes!.data]).toEqual([128, 128]);
  const count = record.objects.length;
  expect([...feeds!.truthBoxes!.data.slice(0, count * 4)]).toEqual(record.objects.flatMap(({ box }) => [...box]));
  expect([...feeds!.truthLabels!.data]).toEqual(
    Array.from({ length: feeds!.truthLabels!.shape[1]! }, (_, slot) => (slot < count ? 1 : 0)),
  );
});

test("feeds have the shapes and types that the compiled step declares", async () => {
  const options = optionsFor(larger);
  const { value: feeds } = await makeTrainingFeeds(dataset.images.slice(0, 2), options);
  const { objects, pixels } = options.capacity;
  const kinds = Object.fromEntries(Object.entries(feeds!).map(([name, { dtype, shape }]) => [name, `${dtype} ${shape}`]));
  expect(kinds).toEqual({
    images: "f32 2,160,160,3",
    imageSizes: "f32 2,2",
    truthBoxes: `f32 2,${objects},4`,
    truthLabels: `i32 2,${objects}`,
    truthPixels: `bool ${pixels}`,
    truthOffsets: `i32 2,${objects}`,
    truthCrops: `i32 2,${objects},4`,
  });
  for (const { shape, data } of Object.values(feeds!)) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
  const plain = await makeTrainingFeeds(dataset.images.slice(0, 2), { ...options, masks: false });
  expect(Object.keys(plain.value!)).toEqual(["images", "imageSizes", "truthBoxes", "truthLabels"]);
});

for (const flip of [false, true]) {
  test(`boxes and masks follow an image that is resized${flip ? " and flipped" : ""}`, async () => {
    const records = dataset.images.slice(0, 2);
    const { value: feeds } = await makeTrainingFeeds(records, optionsFor(larger, { draws: draws(larger, flip) }));
    expect([...feeds!.imageSizes!.data]).toEqual([150, 150, 150, 150]);
    const ratio = Math.fround(150 / 128);
    for (const [index, record] of records.entries()) {
      for (const [slot, { box }] of record.objects.entries()) {
        const [left, right] = flip ? [128 - box[2], 128 - box[0]] : [box[0], box[2]];
        const at = (index * feeds!.truthLabels!.shape[1]! + slot) * 4;
        const expected = [left * ratio, box[1] * ratio, right * ratio, box[3] * ratio].map(Math.fround);
        expect([...feeds!.truthBoxes!.data.slice(at, at + 4)]).toEqual(expected);
        expect(unpack(feeds!, index, slot)).toEqual(expectedMask(record, slot, 150, 160, flip));
      }
    }
    const { data } = feeds!.images!;
    for (let row = 0; row < 160; row++) expect(data[(row * 160 + 155) * 3]).toBe(0);
  });
}

test("a flipped image is mirrored", async () => {
  const record = dataset.images[0]!;
  const plain = (await makeTrainingFeeds([record], optionsFor(same))).value!.images!.data;
  const flipped = (await makeTrainingFeeds([record], optionsFor(same, { draws: draws(same, true) }))).value!.images!.data;
  for (let x = 0; x < 128; x++) expect(flipped[(40 * 128 + x) * 3 + 1]).toBe(plain[(40 * 128 + 127 - x) * 3 + 1]);
});

test("each image is flipped or not as is drawn for it", async () => {
  const record = dataset.images[0]!;
  const options = optionsFor(same, { draws: [draws(same)[0]!, draws(same, true)[0]!] });
  const { value: feeds } = await makeTrainingFeeds([record, record], options);
  const boxes = feeds!.truthBoxes!.data;
  const second = (boxes.length / 2) | 0;
  expect(boxes[0]).toBe(record.objects[0]!.box[0]);
  expect(boxes[second]).toBe(128 - record.objects[0]!.box[2]);
});

test("crowds are left out", async () => {
  const record = dataset.images[0]!;
  const crowd = { ...record, objects: record.objects.map((object, index) => ({ ...object, crowd: index === 0 })) };
  const { value: feeds } = await makeTrainingFeeds([crowd], optionsFor(same));
  expect([...feeds!.truthBoxes!.data.slice(0, 4)]).toEqual([...record.objects[1]!.box]);
  expect([...feeds!.truthLabels!.data].filter((label) => label > 0).length).toBe(record.objects.length - 1);
});

test("too many objects or mask pixels are diagnostics, never a cut", async () => {
  const records = dataset.images.slice(0, 2);
  const run = async (capacity: { objects: number; pixels: number }) =>
    (await makeTrainingFeeds(records, optionsFor(same, { capacity }))).diagnostics.map(({ code }) => code);
  const most = Math.max(...records.map(({ objects }) => objects.length));
  expect(await run({ objects: most, pixels: 1 << 16 })).toEqual([]);
  expect(await run({ objects: most - 1, pixels: 1 << 16 })).toContain("data/too-many-objects");
  expect(await run({ objects: most, pixels: 100 })).toEqual(["data/too-many-pixels"]);
});

test("the capacity holds the fullest image in every place of the batch, flipped or not", async () => {
  const read = createSampleReader({ masks: true });
  for (const rule of [same, larger]) {
    const capacity = truthCapacity(dataset, rule, 2);
    for (const flip of [false, true]) {
      for (const record of dataset.images) {
        const more = { rule, bucket: paddedSize(record, rule), capacity, read, draws: draws(rule, flip) };
        const options = optionsFor(same, more);
        const { diagnostics } = await makeTrainingFeeds([record, record], options);
        expect(diagnostics).toEqual([]);
      }
    }
  }
});

test("samples are kept while they fit and read again beyond", async () => {
  const record = dataset.images[0]!;
  const keeping = createSampleReader({ masks: false });
  expect((await keeping(record)).value).toBe((await keeping(record)).value);
  const forgetting = createSampleReader({ masks: false, cacheBytes: 10 });
  expect((await forgetting(record)).value).not.toBe((await forgetting(record)).value);
});

test("predicted boxes lead back to the image file", () => {
  const image = { width: 30, height: 20, data: new Uint8Array(30 * 20 * 3).fill(9) };
  const rule = { shortest: 40, longest: 100, multiple: 32 };
  const bucket = { height: 64, width: 64 };
  const resized = resizeForPrediction(image, rule, bucket);
  const feeds = predictionFeeds([resized, resized], bucket);
  expect([...feeds.imageSizes!.data]).toEqual([40, 60, 40, 60]);
  expect(feeds.images!.shape).toEqual([2, 64, 64, 3]);
  const { data } = feeds.images!;
  expect([data[0], data[64 * 64 * 3 - 1], data[64 * 64 * 3]]).toEqual([9, 0, 9]);
  expect(predictionFeeds([resized], bucket).images!.data).toEqual(data.subarray(0, data.length / 2));
  expect(scaleBox([0, 0, 60, 40], resized.scale)).toEqual([0, 0, 30, 20]);
});

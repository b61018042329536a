/** Sizes and pixels of the input, as the text gives them. */
import { expect, test } from "vitest";
import { defaultFunctions } from "../../src/components/buckets.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { trainingBucket } from "../../src/train/train.ts";
import { createBatchMaker } from "../../src/train/training-batches.ts";
import { extended } from "./model-of.ts";

async function inputWith(keys: string) {
  const { model, diagnostics } = await extended(`  input { ${keys} }`);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

test.each([
  ["shortest = 96px", 96, { kind: "choice", sizes: [96] }],
  ["shortest = [128, 64, 96]px", 96, { kind: "choice", sizes: [128, 64, 96] }],
  ["shortest = 64..96", 96, { kind: "range", from: 64, to: 96 }],
])("%s: test takes the last, training draws", async (keys, shortest, trainShortest) => {
  const { input } = await inputWith(keys);
  expect(input).toMatchObject({ shortest, trainShortest });
});

test("graphs for training hold the largest image, those for test the test's", async () => {
  const model = await inputWith("shortest = [128, 64]px");
  const { train, predict } = defaultFunctions(model, 1);
  const sides = (functions: object) => Object.values(functions).map(({ height, width }) => [height, width]);
  expect(sides(train)).toEqual([[128, 128]]);
  expect(sides(predict)).toEqual([
    [64, 128],
    [128, 64],
  ]);
});

test.each(["shortest = [64, 96, 128]px", "shortest = 64..128"])(
  "%s: each image of a step has a size of its own",
  async (keys) => {
    const model = await inputWith(`${keys}  longest = 256px`);
    const loaded = await loadDataset({ data: "test/data/nuclei", split: "train" });
    const dataset: Dataset = loaded.value!;
    const { bucket, capacity } = trainingBucket(model, dataset);
    const signature = { inputs: [{ name: "images", dtype: "f32", shape: [] }], outputs: [] } as never;
    const batches = createBatchMaker({ model, dataset, bucket, capacity, signature, seed: 3 });
    const sizes = new Set<number>();
    for (const step of [0, 1, 2, 3]) {
      const { value } = await batches(step);
      for (const side of value!.imageSizes!.data) sizes.add(side);
    }
    const drawn = [...sizes];
    expect(drawn.length).toBeGreaterThan(2);
    expect(drawn.every((side) => side >= 64 && side <= 128)).toBe(true);
    const again = await createBatchMaker({ model, dataset, bucket, capacity, signature, seed: 3 })(1);
    expect(again.value!.imageSizes!.data).toEqual((await batches(1)).value!.imageSizes!.data);
  },
);

test("a window is the size of every training graph, and not of the test's", async () => {
  const model = await inputWith("jitter = 0.1..2  crop = 100x64");
  expect(model.input).toMatchObject({ jitter: [0.1, 2], crop: { height: 100, width: 64 } });
  const { train, predict } = defaultFunctions(model, 1);
  expect(Object.values(train)).toMatchObject([{ height: 128, width: 64 }]);
  expect(Object.values(predict)).toMatchObject([{ height: 128, width: 128 }]);
});

test("each image of a step has a scale and a window of its own, the same for the same seed", async () => {
  const model = await inputWith("jitter = 0.5..2  crop = 96x96  normalize = caffe  flip = 0");
  const dataset: Dataset = (await loadDataset({ data: "test/data/nuclei", split: "train" })).value!;
  const { bucket, capacity } = trainingBucket(model, dataset);
  expect(bucket).toMatchObject({ height: 96, width: 96 });
  const signature = { inputs: [{ name: "images", dtype: "f32", shape: [] }], outputs: [] } as never;
  const plan = { model, dataset, bucket, capacity, signature, seed: 3 };
  const batches = createBatchMaker(plan);
  const corners = new Set<string>();
  for (const step of [0, 1, 2, 3]) {
    const { images, imageSizes } = (await batches(step)).value!;
    expect(new Set(imageSizes!.data)).toEqual(new Set([96]));
    const { data } = images!;
    const size = 96 * 96 * 3;
    for (let at = 0; at < data.length; at += size) {
      const last = [...data.slice(at + size - 3, at + size)].map((value) => value.toFixed(2));
      const isFilled = last[0] === "122.77";
      corners.add(isFilled ? "filled" : "cut");
      if (isFilled) expect(last).toEqual(["122.77", "115.95", "102.98"]);
    }
  }
  expect(corners).toEqual(new Set(["filled", "cut"]));
  expect((await createBatchMaker(plan)(2)).value!.images!.data).toEqual(
    (await batches(2)).value!.images!.data,
  );
});

test.each([
  ["none", { scale: 1, mean: [0, 0, 0], deviation: [1, 1, 1], order: "rgb" }],
  ["caffe", { scale: 1, mean: [102.9801, 115.9465, 122.7717], deviation: [1, 1, 1], order: "bgr" }],
  ["imagenet", { scale: 1 / 255, mean: [0.485, 0.456, 0.406], order: "rgb" }],
  [
    "{ scale = 1/255  mean = [0, 0.1, 0.2]  deviation = [1, 2, 3]  order = bgr }",
    { scale: 1 / 255, mean: [0, 0.1, 0.2], deviation: [1, 2, 3], order: "bgr" },
  ],
])("normalize = %s", async (text, wanted) => {
  expect((await inputWith(`normalize = ${text}`)).input).toMatchObject(wanted);
});

test("the longer side is held against the largest of the shorter ones", async () => {
  const { diagnostics } = await extended("  input { shortest = [400, 128]px  longest = 300px }");
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "`longest` is 300px, shorter than `shortest` with 400px.",
  ]);
});

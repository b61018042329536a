/** Category ids that are classes, on the way into training and out of prediction. */

import { expect, test } from "vitest";
import { vocabularyOf } from "../../src/components/vocabulary.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { readDetections } from "../../src/train/read-detections.ts";
import { trainingBucket } from "../../src/train/train.ts";
import { createBatchMaker } from "../../src/train/training-batches.ts";
import { modelOf } from "../model/model-of.ts";

const config = "configs/mask-rcnn-nuclei.rcnn";
const categories = [{ id: 7, name: "nucleus" }];
const signature = { inputs: [], outputs: [] } as never;

test.each([
  ["raw", 7],
  ["contiguous", 1],
])(
  "with %s ids an object of category 7 is of class %d, and comes back as the first category",
  async (ids, label) => {
    const sets = [`classIds=${ids}`, "classes=9"];
    const model = await modelOf(config, ids === "raw" ? { sets, categoryIds: [7], classes: 1 } : { sets });
    const loaded = await loadDataset({ data: "test/data/nuclei", split: "train" });
    const dataset = { ...loaded.value!, categories };
    const { bucket, capacity } = trainingBucket(model, dataset);
    const make = createBatchMaker({ model, dataset, bucket, capacity, signature, seed: 1 });
    const { value } = await make(0);
    expect(new Set(value!.truthLabels!.data)).toEqual(new Set([0, label]));

    const run = {
      version: 1,
      model,
      categories,
      seed: 1,
      data: "",
      vocabulary: vocabularyOf(model),
    } as const;
    const f32 = (shape: readonly number[], data: readonly number[]) =>
      ({ dtype: "f32", shape, data: Float32Array.from(data) }) as const;
    const outputs = {
      boxes: f32([1, 3, 4], [0, 0, 8, 8, 0, 0, 8, 8, 0, 0, 0, 0]),
      scores: f32([1, 3], [0.9, 0.8, 0]),
      labels: { dtype: "i32", shape: [1, 3], data: Int32Array.from([label, 4, 0]) },
      valid: { dtype: "bool", shape: [1, 3], data: Uint8Array.from([1, 1, 0]) },
    } as const;
    const image = { width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) };
    const found = readDetections(run, outputs, { file: image, scale: { x: 1, y: 1 } });
    // No category is class 4.
    expect(found.map(({ category, score }) => [category, Number(score.toFixed(3))])).toEqual([[0, 0.9]]);
  },
);

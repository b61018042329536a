/** Prediction of a run: many images and shapes at once, as one by one. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImagePrediction, PredictOptions } from "../../src/train/api.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { predict } from "../../src/train/predict.ts";
import { train } from "../../src/train/train.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const data = path("test/data/nuclei");
const tiles = join(data, "val/images");

let folder: string;
let run: string;
let pictures: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rcnn-predict-"));
  run = join(folder, "run");
  const trained = await train({
    config: path("configs/mask-rcnn-nuclei.rcnn"),
    data,
    // The largest image is half as high as it is wide; after one step every score is low.
    set: ["input.shortest=64px", "input.longest=96px", "detect.score=0.02", "detect.keep=20"],
    out: run,
    seed: 1,
    steps: 1,
    batch: 1,
    backend: "wasm",
  });
  expect(trained.diagnostics).toEqual([]);
  pictures = join(folder, "pictures");
  await mkdir(pictures);
  const tile = join(tiles, "nuclei_r000_c384.png");
  await copyFile(tile, join(pictures, "b-square.png"));
  await sharp(tile).extract({ left: 0, top: 0, width: 128, height: 80 }).toFile(join(pictures, "a-wide.png"));
  await sharp(tile).extract({ left: 0, top: 0, width: 80, height: 128 }).toFile(join(pictures, "c-tall.png"));
  await sharp(tile).extract({ left: 9, top: 9, width: 110, height: 70 }).toFile(join(pictures, "d-wide.png"));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function predicted(options: Partial<PredictOptions>) {
  const found: ImagePrediction[] = [];
  const lines: string[] = [];
  const result = await predict({
    run,
    images: [pictures],
    backend: "wasm",
    log: (line) => void lines.push(line),
    onPrediction: (prediction) => void found.push(prediction),
    ...options,
  });
  return { ...result, found, lines };
}

const names = (found: readonly ImagePrediction[]) =>
  found.map(({ fileName }) => fileName.split(/[\\/]/).at(-1));

test("a folder of images of several shapes is done in order, in two buckets, in batches as one by one", async () => {
  const single = await predicted({});
  expect(single.diagnostics).toEqual([]);
  expect(single.lines).toContain("Image sizes: 64x96, 96x64.");
  expect(names(single.found)).toEqual(["a-wide.png", "b-square.png", "c-tall.png", "d-wide.png"]);
  expect(single.found.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(single.found.every(({ detections }) => detections.length > 0)).toBe(true);
  expect(single.value!.images.map(({ counts }) => counts[0])).toEqual(
    single.found.map(({ detections }) => detections.length),
  );
  const batched = await predicted({ batch: 3 });
  expect(names(batched.found)).toEqual(names(single.found));
  for (const [index, { detections }] of batched.found.entries()) {
    const alone = single.found[index]!.detections;
    expect(detections).toHaveLength(alone.length);
    for (const [at, { box, score, mask }] of detections.entries()) {
      expect(Math.abs(score - alone[at]!.score)).toBeLessThan(1e-5);
      for (const [side, value] of box.entries()) expect(value).toBeCloseTo(alone[at]!.box[side]!, 2);
      expect(mask).toMatchObject({ height: batched.found[index]!.image.height });
    }
  }
});

test("exact sizes are those of each image alone", async () => {
  const exact = await predicted({ exact: true });
  expect(exact.lines).toContain("Image sizes: 64x64, 64x96, 96x64.");
  const square = await predicted({ images: [join(pictures, "b-square.png")] });
  expect(square.lines).toContain("Image sizes: 64x64.");
  expect(exact.found[1]!.detections).toEqual(square.found[0]!.detections);
});

test("an image that cannot be read is one error, and the others keep their results and ids", async () => {
  const broken = join(folder, "broken.png");
  await sharp(join(tiles, "nuclei_r000_c384.png")).toFile(broken);
  const bytes = await readFile(broken);
  await writeFile(broken, bytes.subarray(0, bytes.length >> 1));
  const images = [broken, join(folder, "none.png"), join(pictures, "c-tall.png")];
  const { diagnostics, found, value } = await predicted({ images });
  expect(diagnostics.map(({ code }) => code).sort()).toEqual(["data/missing-file", "data/unreadable-image"]);
  expect(found.map(({ id }) => id)).toEqual([3]);
  expect(value!.images).toHaveLength(1);
  const nothing = await predicted({ images: [join(folder, "none.png")] });
  expect(nothing.value).toBeUndefined();
  expect(nothing.diagnostics.map(({ code }) => code)).toEqual(["data/missing-file"]);
});

test("ids come from an annotation file, in which every image must be", async () => {
  const annotations = join(folder, "instances.json");
  const images = ["c-tall.png", "a-wide.png", "b-square.png"].map((file_name, index) => ({
    id: 40 + index,
    file_name,
  }));
  await writeFile(annotations, JSON.stringify({ images }));
  const { diagnostics, found } = await predicted({ annotations, score: 0.9 });
  expect(found.map(({ id, detections }) => [id, detections.length])).toEqual([
    [41, 0],
    [42, 0],
    [40, 0],
  ]);
  expect(diagnostics.map(({ code, message }) => [code, message.includes("d-wide.png")])).toEqual([
    ["data/unlisted-image", true],
  ]);
});

test("a data set is measured in batches as one by one", async () => {
  const options = { run, data, split: "val", metric: "coco", backend: "wasm" } as const;
  const single = await evaluate(options);
  expect(single.diagnostics).toEqual([]);
  const batched = await evaluate({ ...options, batch: 3, exact: true });
  expect(batched).toEqual(single);
});

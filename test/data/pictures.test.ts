import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pasteMask } from "../../src/data/paste-mask.ts";
import { pasteMaskSampled } from "../../src/data/paste-mask-sampled.ts";
import { resizeForPrediction, scaleBox } from "../../src/data/prediction-feeds.ts";
import { nearestSources, paddedSize, resizeBilinear, resizedSize } from "../../src/data/resize.ts";
import { decodeRuns } from "../../src/support/run-lengths.ts";

/** Written by test/oracles/torch_pictures.py. */
const golden = JSON.parse(readFileSync(new URL("pictures.golden.json", import.meta.url), "utf8"));

test("bilinear and nearest resizing are torch's", () => {
  for (const { old, new: now, image, bilinear, mask, nearest } of golden.resizing) {
    const [height, width] = now;
    const target = new Float32Array(height * width * 3);
    const source = { height: old[0], width: old[1], channels: 3, data: Uint8Array.from(image) };
    resizeBilinear(source, { height, width }, target);
    for (const [index, value] of target.entries()) expect(Math.abs(value - bilinear[index])).toBeLessThan(1e-3);
    const [rows, columns] = [nearestSources(old[0], height), nearestSources(old[1], width)];
    const picked = [...rows].flatMap((row) => [...columns].map((column) => mask[row * old[1] + column]));
    expect(picked).toEqual(nearest);
  }
});

test("an image is fed as torchvision's transform feeds it alone: resized, padded to multiples of 32 with zeros", () => {
  for (const { old, shortest, longest, image, size, padded, sums } of golden.feeding) {
    const file = { height: old[0], width: old[1], data: Uint8Array.from(image) };
    const rule = { shortest, longest, multiple: 32 };
    const bucket = paddedSize(file, rule);
    expect([bucket.height, bucket.width]).toEqual(padded);
    const resized = resizeForPrediction(file, rule, bucket);
    expect([resized.size.height, resized.size.width]).toEqual(size);
    for (const [pixel, sum] of sums.entries()) {
      const [red, green, blue] = resized.data.subarray(pixel * 3, pixel * 3 + 3);
      expect(Math.abs(red! + green! + blue! - sum)).toBeLessThan(2e-3);
    }
  }
});

test("the new size is the one that torchvision picks", () => {
  for (const [height, width, shortest, longest, newHeight, newWidth] of golden.rule) {
    const size = resizedSize({ height, width }, { shortest, longest, multiple: 32 });
    expect(size, `${height} x ${width}`).toEqual({ height: newHeight, width: newWidth });
  }
});

test("buckets are rounded up to the multiple", () => {
  const rule = { shortest: 100, longest: 200, multiple: 32 };
  expect(paddedSize({ height: 50, width: 50 }, rule)).toEqual({ height: 128, width: 128 });
  expect(paddedSize({ height: 50, width: 96 }, rule)).toEqual({ height: 128, width: 192 });
});

test("boxes are scaled in single precision as torchvision does", () => {
  const { old, new: now, boxes, result } = golden.boxes;
  const scale = { y: Math.fround(now[0] / old[0]), x: Math.fround(now[1] / old[1]) };
  for (const [index, box] of boxes.entries()) expect(scaleBox(Float32Array.from(box), scale)).toEqual(result[index]);
});

test("masks are pasted where torchvision pastes them", () => {
  for (const { side, size, mask, box, result } of golden.pasting) {
    const pasted = pasteMask(Float32Array.from(mask), side, box, { height: size[0], width: size[1] }, 0.5);
    expect([...decodeRuns(pasted).data].join(""), `${box}`).toBe(result);
  }
});

test("sampled masks are Detectron2's, pixel by pixel", () => {
  for (const { side, size, mask, box, result } of golden.sampling) {
    const [height, width] = size;
    const pasted = pasteMaskSampled(Float32Array.from(mask), side, box, { height, width }, 0.5);
    expect([...decodeRuns(pasted).data].join(""), `${box}`).toBe(result);
  }
});

/** maskTargets: what the mask head of each region should predict, cut from packed object masks. */
import { printType } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { type BrokenSample, constrain, type Op, type TensorData } from "../define.ts";
import { maskTargetsNatively } from "./mask-targets-tensorflow.ts";

export type MaskTargets = {
  /** Cells of a target along each axis. */
  readonly size: number;
  /** Height and width of the masks' image, in pixels. */
  readonly image: readonly number[];
};

interface AxisWeights {
  /** The first position that any sample touches, and how many there are from it on. */
  readonly begin: number;
  readonly count: number;
  /** `[size, count]`: what each position adds to each cell; a cell's weights sum to 1 unless samples leave the image. */
  readonly weights: Float64Array;
}

/** RoIAlign's weights along one axis, with as many samples a cell as it has whole or begun pixels. */
function weightsOf(from: number, to: number, size: number, limit: number): AxisWeights {
  const extent = Math.max(Math.fround(to - from), 1);
  const samples = Math.ceil(Math.fround(extent / size));
  const begin = Math.min(Math.max(Math.floor(from), 0), limit - 1);
  const count = Math.min(Math.max(Math.ceil(from + extent) + 1, begin + 1), limit) - begin;
  const weights = new Float64Array(size * count);
  for (let i = 0; i < size * samples; i++) {
    const point = from + ((i + 0.5) * extent) / (size * samples);
    if (!(point >= -1 && point <= limit)) continue;
    const inside = Math.min(Math.max(point, 0), limit - 1);
    const low = Math.floor(inside);
    const row = Math.floor(i / samples) * count - begin;
    weights[row + low]! += (1 - (inside - low)) / samples;
    if (inside > low) weights[row + low + 1]! += (inside - low) / samples;
  }
  return { begin, count, weights };
}

interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Writes `out = Wy F Wx^T`, F being the pixels of the crop, in two products. */
function cut(
  pixels: TensorData["data"],
  crop: Crop,
  down: AxisWeights,
  across: AxisWeights,
  out: TensorData["data"],
): void {
  const size = down.weights.length / down.count;
  const top = Math.max(crop.y, down.begin);
  const bottom = Math.min(crop.y + crop.height, down.begin + down.count);
  const left = Math.max(crop.x, across.begin);
  const right = Math.min(crop.x + crop.width, across.begin + across.count);
  const sums = new Float64Array(size);
  for (let y = top; y < bottom; y++) {
    sums.fill(0);
    const row = (y - crop.y) * crop.width - crop.x;
    for (let x = left; x < right; x++) {
      if (pixels[row + x] === 0) continue;
      for (let i = 0; i < size; i++) sums[i]! += across.weights[i * across.count + x - across.begin]!;
    }
    for (let i = 0; i < size; i++) {
      const weight = down.weights[i * down.count + y - down.begin]!;
      if (weight !== 0) for (let j = 0; j < size; j++) out[i * size + j]! += weight * sums[j]!;
    }
  }
}

// An L of 4 x 5 pixels, and a full block of 3 x 2.
const packed = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
const objects = (offsets: number[], crops: number[], boxes: number[]) =>
  [
    { dtype: "bool", shape: [packed.length], data: packed },
    { dtype: "i32", shape: [offsets.length], data: offsets },
    { dtype: "i32", shape: [offsets.length, 4], data: crops },
    { dtype: "f32", shape: [offsets.length, 4], data: boxes },
  ] as const;

const types: readonly TensorType[] = [
  { dtype: "bool", shape: [9] },
  { dtype: "i32", shape: [2] },
  { dtype: "i32", shape: [2, 4] },
  { dtype: "f32", shape: [2, 4] },
];
const broken = (label: string, place: number, type: TensorType): BrokenSample => ({
  label,
  inputs: types.map((other, i) => (i === place ? type : other)),
  attributes: { size: 3, image: [10, 12] },
});

/** Mask targets of torchvision (`project_masks_on_boxes`): RoIAlign of the full mask, not aligned, adaptive sampling. */
export const maskTargets: Op<readonly ["pixels", "offsets", "crops", "boxes"], MaskTargets> = {
  name: "maskTargets",
  summary:
    "The part of each object's mask inside its box, resampled to [R, size, size]: means of bilinear samples; zeros for a crop of width 0.",
  inputs: [
    { name: "pixels", gradient: "stop", reason: "ground truth" },
    { name: "offsets", gradient: "stop", reason: "an index" },
    { name: "crops", gradient: "stop", reason: "ground truth" },
    {
      name: "boxes",
      gradient: "stop",
      reason: "regions are given, not learnt through targets: He et al. 2017",
    },
  ],
  attributes: {
    size: "cells of a target along each axis",
    image: "height and width of the masks' image, in pixels",
  },
  constraints: {
    C1: "pixels is bool[P]: the crops of all masks, row by row, one after another",
    C2: "offsets is i32[R]: where each crop begins in pixels",
    C3: "crops is i32[R, 4]: x, y, width, height of each crop in its image",
    C4: "boxes is f32[R, 4] in pixels",
    C5: "size is a positive integer and image two of them",
  },
  infer([pixels, offsets, crops, boxes], { size, image }) {
    constrain(
      pixels!.dtype === "bool" && pixels!.shape.length === 1,
      "C1",
      `pixels is ${printType(pixels!)}`,
    );
    constrain(
      offsets!.dtype === "i32" && offsets!.shape.length === 1,
      "C2",
      `offsets is ${printType(offsets!)}`,
    );
    const [count] = offsets!.shape;
    const ofRegions = (type: TensorType) =>
      type.shape.length === 2 && type.shape[0] === count && type.shape[1] === 4;
    constrain(
      crops!.dtype === "i32" && ofRegions(crops!),
      "C3",
      `crops is ${printType(crops!)} for ${count} offsets`,
    );
    constrain(
      boxes!.dtype === "f32" && ofRegions(boxes!),
      "C4",
      `boxes is ${printType(boxes!)} for ${count} offsets`,
    );
    constrain(
      image.length === 2 && [size, ...image].every((value) => Number.isInteger(value) && value >= 1),
      "C5",
      `size ${size}, image [${image}]`,
    );
    return [{ dtype: "f32", shape: [count!, size, size] }];
  },
  reference([pixels, offsets, crops, boxes], { size, image }, [y]) {
    const [height, limit] = image as [number, number];
    for (let region = 0; region < offsets!.data.length; region++) {
      const [x1, y1, x2, y2] = Array.from(boxes!.data.subarray(4 * region, 4 * region + 4)) as [
        number,
        number,
        number,
        number,
      ];
      const [left, top, width, rows] = Array.from(crops!.data.subarray(4 * region, 4 * region + 4)) as [
        number,
        number,
        number,
        number,
      ];
      const begin = offsets!.data[region]!;
      cut(
        pixels!.data.subarray(begin, begin + width * rows),
        { x: left, y: top, width, height: rows },
        weightsOf(y1, y2, size, height),
        weightsOf(x1, x2, size, limit),
        y!.data.subarray(region * size * size, (region + 1) * size * size),
      );
    }
  },
  vjp: "none",
  // Two products with the crop, about as large as the target, between them.
  cost: ([, offsets], _, { size }) => 2 * offsets!.shape[0]! * size ** 3,
  tfjs: "reference",
  tensorflow: (writer, refs, { inputs, attributes }) => [
    maskTargetsNatively(writer, refs, {
      ...attributes,
      pixels: inputs[0]!.type.shape[0]!,
      regions: inputs[1]!.type.shape[0]!,
    }),
  ],
  samples: [
    {
      name: "two objects, one of them twice, and none",
      inputs: objects(
        [0, 20, 0, 0],
        [3, 2, 4, 5, 0, 8, 3, 2, 3, 2, 4, 5, 0, 0, 0, 0],
        [2.5, 1.25, 8.5, 7.75, 0, 7.5, 4.25, 10, 4.2, 3.1, 4.6, 9.9, 1, 1, 5, 5],
      ),
      attributes: { size: 3, image: [10, 12] },
    },
    {
      name: "a box far larger than the object",
      inputs: objects([20], [0, 8, 3, 2], [-1.5, 0, 12, 10]),
      attributes: { size: 2, image: [10, 12] },
    },
  ],
  broken: [
    broken("C1", 0, { dtype: "f32", shape: [9] }),
    broken("C2", 1, { dtype: "i32", shape: [2, 1] }),
    broken("C3", 2, { dtype: "i32", shape: [3, 4] }),
    broken("C4", 3, { dtype: "f32", shape: [2, 2] }),
    { label: "C5", inputs: types, attributes: { size: 0, image: [10, 12] } },
  ],
};

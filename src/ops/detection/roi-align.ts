/** roiAlign and its adjoint: features of regions by bilinear sampling, without rounding. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType, Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import { type BrokenSample, constrain, type Op, type TensorData } from "../define.ts";
import {
  constrainLevels,
  constrainRegions,
  constrainSize,
  regionConstraints,
  splitRegions,
} from "./regions.ts";
import { alignNatively, alignNativelyBackward } from "./roi-align-tensorflow.ts";

export type Sampling = {
  /** Cells of the output, `[h, w]`. */
  readonly size: readonly number[];
  readonly sampling: number;
  readonly aligned: boolean;
  readonly strides: readonly number[];
};

const samplingAttributes = {
  size: "cells of the output, [h, w]",
  sampling: "sample points of a cell along each axis",
  aligned: "whether a pixel's centre lies at +0.5, and regions may be smaller than a cell of the map",
  strides: "pixels of the image a cell of each level",
};

function constrainSampling({ size, sampling }: Sampling): void {
  constrainSize(size);
  constrain(Number.isInteger(sampling) && sampling >= 1, "C6", `sampling is ${sampling}`);
}

/** The two cells that each sample point along one axis mixes, and their weights; both weights are 0 outside the map. */
interface AxisTaps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowWeight: Float64Array;
  readonly highWeight: Float64Array;
}

function tapsOf(
  from: number,
  to: number,
  stride: number,
  size: number,
  limit: number,
  how: Sampling,
): AxisTaps {
  const count = size * how.sampling;
  const start = from / stride - (how.aligned ? 0.5 : 0);
  const extent = how.aligned ? (to - from) / stride : Math.max((to - from) / stride, 1);
  const taps = {
    low: new Int32Array(count),
    high: new Int32Array(count),
    lowWeight: new Float64Array(count),
    highWeight: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const point = start + ((i + 0.5) * extent) / count;
    if (!(point >= -1 && point <= limit)) continue;
    const inside = Math.min(Math.max(point, 0), limit - 1);
    taps.low[i] = Math.floor(inside);
    taps.high[i] = Math.min(taps.low[i]! + 1, limit - 1);
    taps.highWeight[i] = inside - taps.low[i]!;
    taps.lowWeight[i] = 1 - taps.highWeight[i]!;
  }
  return taps;
}

/** Calls `visit` with each mixture of a map's position into an output's cell; offsets count elements of channel 0. */
function forEachTap(
  maps: readonly TensorData["type"][],
  [boxes, image, level]: readonly TensorData[],
  how: Sampling,
  visit: (level: number, position: number, cell: number, weight: number) => void,
): void {
  const [rows, columns] = how.size as [number, number];
  const share = 1 / how.sampling ** 2;
  for (let region = 0; region < image!.data.length; region++) {
    const index = level!.data[region]!;
    if (!(index in maps)) continue;
    const [, height, width, channels] = maps[index]!.shape as [number, number, number, number];
    const [x1, y1, x2, y2] = boxes!.data.subarray(4 * region, 4 * region + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const stride = how.strides[index]!;
    const vertical = tapsOf(y1, y2, stride, rows, height, how);
    const horizontal = tapsOf(x1, x2, stride, columns, width, how);
    const origin = image!.data[region]! * height;
    for (let y = 0; y < vertical.low.length; y++) {
      const cellRow = region * rows + Math.floor(y / how.sampling);
      for (let x = 0; x < horizontal.low.length; x++) {
        const cell = (cellRow * columns + Math.floor(x / how.sampling)) * channels;
        const corner = (row: number, column: number, weight: number) => {
          if (weight !== 0) visit(index, ((origin + row) * width + column) * channels, cell, weight * share);
        };
        corner(vertical.low[y]!, horizontal.low[x]!, vertical.lowWeight[y]! * horizontal.lowWeight[x]!);
        corner(vertical.low[y]!, horizontal.high[x]!, vertical.lowWeight[y]! * horizontal.highWeight[x]!);
        corner(vertical.high[y]!, horizontal.low[x]!, vertical.highWeight[y]! * horizontal.lowWeight[x]!);
        corner(vertical.high[y]!, horizontal.high[x]!, vertical.highWeight[y]! * horizontal.highWeight[x]!);
      }
    }
  }
}

const cost = (cells: TensorType, { sampling }: Sampling): number => 4 * sampling ** 2 * sizeOf(cells.shape);

const level0 = Array.from({ length: 2 * 4 * 5 * 2 }, (_, i) => Math.sin(i * 1.7) + i / 40);
const level1 = Array.from({ length: 2 * 2 * 3 * 2 }, (_, i) => Math.cos(i * 0.9) - i / 20);
const boxes = [3.1, 2.2, 14.7, 12.9, -2.3, -1.4, 7.7, 5.2, 6.3, 1.1, 9.2, 30.4, 1, 1, 2, 2];
const regions = [
  { dtype: "f32", shape: [4, 4], data: boxes },
  { dtype: "i32", shape: [4], data: [0, 1, 1, 0] },
  { dtype: "i32", shape: [4], data: [0, 1, 0, -1] },
] as const;
const twoLevels = [
  { dtype: "f32", shape: [2, 4, 5, 2], data: level0 },
  { dtype: "f32", shape: [2, 2, 3, 2], data: level1 },
] as const;
const smallRegion = [
  { dtype: "f32", shape: [1, 4], data: [5.3, 4.2, 6.1, 5.9] },
  { dtype: "i32", shape: [1], data: [1] },
  { dtype: "i32", shape: [1], data: [0] },
] as const;

const map: TensorType = { dtype: "f32", shape: [1, 4, 4, 2] };
const oneBox: TensorType = { dtype: "f32", shape: [3, 4] };
const oneIndex: TensorType = { dtype: "i32", shape: [3] };
const plain: Sampling = { size: [2, 2], sampling: 2, aligned: true, strides: [4] };
const brokenAlign = (
  inputs: readonly TensorType[],
  label: string,
  changed: Partial<Sampling> = {},
): BrokenSample => ({
  label,
  inputs,
  attributes: { ...plain, ...changed },
});

/** RoIAlign of regions over pyramid levels (He et al. 2017, section 3; Lin et al. 2017): torchvision's `roi_align`. */
export const roiAlign: Op<readonly ["...levels", "boxes", "image", "level"], Sampling> = {
  name: "roiAlign",
  summary:
    "Features of R regions, [R, h, w, C]: each cell is the mean of bilinear samples of the region's level of the pyramid; zeros where the level is -1.",
  inputs: [
    { name: "...levels", gradient: "differentiable" },
    {
      name: "boxes",
      gradient: "stop",
      reason: "regions are given, not learnt through pooling: He et al. 2017",
    },
    { name: "image", gradient: "stop", reason: "an index" },
    { name: "level", gradient: "stop", reason: "an index" },
  ],
  attributes: samplingAttributes,
  constraints: { ...regionConstraints, C6: "sampling is an integer of at least 1" },
  infer(inputs, attributes) {
    const { levels, boxes, image, level } = splitRegions(inputs);
    constrainLevels(levels, attributes.strides);
    constrainRegions(boxes, image, level);
    constrainSampling(attributes);
    return [{ dtype: "f32", shape: [boxes.shape[0]!, ...attributes.size, levels[0]!.shape[3]!] }];
  },
  reference(inputs, attributes, [y]) {
    const levels = inputs.slice(0, -3);
    const out = y!.data;
    const channels = y!.type.shape[3]!;
    const types = levels.map((level) => level.type);
    forEachTap(types, inputs.slice(-3), attributes, (level, position, cell, weight) => {
      const features = levels[level]!.data;
      for (let c = 0; c < channels; c++) out[cell + c]! += weight * features[position + c]!;
    });
  },
  vjp(b, { inputs, attributes }, [gradient]) {
    const { levels, boxes, image, level } = splitRegions(inputs);
    const shapes = levels.map((value) => value.type.shape);
    return b.roiAlignGrad(gradient!, boxes, image, level, { ...attributes, shapes });
  },
  cost: (_, [y], attributes) => cost(y!, attributes),
  tfjs: "reference",
  tensorflow: (writer, inputs, node) => [
    alignNatively(
      writer,
      inputs,
      node.inputs.slice(0, -3).map((value) => value.type.shape),
      node.attributes,
    ),
  ],
  samples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [2, 3], sampling: 2, aligned: true, strides: [4, 8] },
    },
    {
      name: "not aligned, one sample a cell",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [3, 2], sampling: 1, aligned: false, strides: [4, 8] },
    },
    {
      name: "one cell of one sample, in a region smaller than a cell of the map",
      inputs: [twoLevels[0], ...smallRegion],
      attributes: { size: [1, 1], sampling: 1, aligned: false, strides: [4] },
    },
  ],
  broken: [
    brokenAlign([{ dtype: "f32", shape: [4, 4, 2] }, oneBox, oneIndex, oneIndex], "C1"),
    brokenAlign([map, oneIndex, oneIndex, oneIndex], "C2"),
    brokenAlign([map, oneBox, oneIndex, oneBox], "C3"),
    brokenAlign([map, oneBox, oneIndex, oneIndex], "C4", { strides: [4, 8] }),
    brokenAlign([map, oneBox, oneIndex, oneIndex], "C5", { size: [2] }),
    brokenAlign([map, oneBox, oneIndex, oneIndex], "C6", { sampling: 0 }),
  ],
};

type SamplingBackward = Sampling & {
  readonly shapes: readonly (readonly number[])[];
};

const typesOf = (shapes: readonly (readonly number[])[]): TensorType[] =>
  shapes.map((shape) => ({ dtype: "f32", shape }));

/** Zeros stand for the levels that no gradient reaches. */
const orZeros = (
  b: Builder,
  gradients: readonly (Value | undefined)[],
  shapes: SamplingBackward["shapes"],
): Value[] =>
  shapes.map((shape, i) => gradients[i] ?? b.constant(new Float32Array(sizeOf(shape)), "f32", shape));

export const roiAlignGrad: Op<
  readonly ["gradient", "boxes", "image", "level"],
  SamplingBackward,
  readonly TensorType[]
> = {
  name: "roiAlignGrad",
  summary:
    "The adjoint of roiAlign: spreads the gradient of the regions' features over the maps, one output a level.",
  inputs: [{ name: "gradient", gradient: "differentiable" }, ...roiAlign.inputs.slice(1)] as never,
  attributes: { ...samplingAttributes, shapes: "shapes of the levels, each [N, H, W, C]" },
  constraints: { ...roiAlign.constraints, C7: "gradient is f32[R, h, w, C]" },
  listOutput: true,
  infer([gradient, boxes, image, level], attributes) {
    const levels = typesOf(attributes.shapes);
    constrainLevels(levels, attributes.strides);
    constrainRegions(boxes!, image!, level!);
    constrainSampling(attributes);
    const shape = [boxes!.shape[0]!, ...attributes.size, levels[0]!.shape[3]!];
    constrain(
      gradient!.dtype === "f32" && sameShape(gradient!.shape, shape),
      "C7",
      `gradient is ${printType(gradient!)}, not f32[${shape.join(", ")}]`,
    );
    return levels;
  },
  reference([gradient, ...regions], attributes, outputs) {
    const channels = gradient!.type.shape[3]!;
    const types = outputs.map((output) => output.type);
    forEachTap(types, regions, attributes, (level, position, cell, weight) => {
      const spread = outputs[level]!.data;
      for (let c = 0; c < channels; c++) spread[position + c]! += weight * gradient!.data[cell + c]!;
    });
  },
  vjp(b, { inputs: [, boxes, image, level], attributes }, gradients) {
    const { shapes, ...how } = attributes;
    return [b.roiAlign(orZeros(b, gradients, shapes), boxes!, image!, level!, how)];
  },
  cost: ([gradient], _, attributes) => cost(gradient!, attributes),
  tfjs: "reference",
  tensorflow: (writer, refs, { inputs, attributes }) =>
    alignNativelyBackward(writer, refs, attributes.shapes, {
      ...attributes,
      regions: inputs[0]!.type.shape[0]!,
    }),
  samples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [{ dtype: "f32", shape: [4, 2, 2, 2], data: level0.slice(0, 32) }, ...regions],
      attributes: {
        size: [2, 2],
        sampling: 2,
        aligned: true,
        strides: [4, 8],
        shapes: [
          [2, 4, 5, 2],
          [2, 2, 3, 2],
        ],
      },
    },
    {
      name: "one cell of one sample",
      inputs: [{ dtype: "f32", shape: [1, 1, 1, 2], data: [2, -3] }, ...smallRegion],
      attributes: { size: [1, 1], sampling: 1, aligned: false, strides: [4], shapes: [[2, 4, 5, 2]] },
    },
  ],
  broken: [
    ...roiAlign.broken.map(({ label, inputs, attributes }) => ({
      label,
      inputs: [{ dtype: "f32", shape: [3, 2, 2, 2] } as const, ...inputs.slice(1)],
      attributes: { ...attributes, shapes: [inputs[0]!.shape] },
    })),
    {
      label: "C7",
      inputs: [map, oneBox, oneIndex, oneIndex],
      attributes: { ...plain, shapes: [map.shape] },
    },
  ],
};

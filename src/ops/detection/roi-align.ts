/** roiAlign and its adjoint: features of regions by bilinear sampling, without rounding. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType, Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import { type BrokenSample, constrain, type Op } from "../define.ts";
import {
  constrainLevels,
  constrainRegions,
  constrainSize,
  regionConstraints,
  splitRegions,
} from "./regions.ts";
import { forEachTap, type Sampling } from "./roi-align-taps.ts";
import { alignNatively, alignNativelyBackward } from "./roi-align-tensorflow.ts";

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
      { ...node.attributes, regions: node.outputs[0]!.type.shape[0]! },
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

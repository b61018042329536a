/** roiPool and its adjoint: the maximum of each cell of a region, with borders rounded to the map's grid. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { type BrokenSample, constrain, type Op, type TensorData } from "../define.ts";
import {
  constrainLevels,
  constrainRegions,
  constrainSize,
  regionConstraints,
  splitRegions,
} from "./regions.ts";
import { poolNatively, poolNativelyBackward } from "./roi-pool-tensorflow.ts";
import { roundAway } from "./sample-grids.ts";

export type Pooling = {
  /** Cells of the output, `[h, w]`. */
  readonly size: readonly number[];
  readonly strides: readonly number[];
};

/** Half-open ranges of rows (or columns) of the map, one a cell. Single precision decides, as in torchvision. */
function rangesOf(from: number, to: number, stride: number, size: number, limit: number) {
  const start = roundAway(Math.fround(from / stride));
  const extent = Math.max(roundAway(Math.fround(to / stride)) - start + 1, 1);
  const step = Math.fround(extent / size);
  const within = (position: number) => Math.min(Math.max(position, 0), limit);
  return Array.from({ length: size }, (_, cell) => ({
    begin: within(start + Math.floor(Math.fround(cell * step))),
    end: within(start + Math.ceil(Math.fround((cell + 1) * step))),
  }));
}

interface Cell {
  readonly rows: { readonly begin: number; readonly end: number };
  readonly columns: { readonly begin: number; readonly end: number };
  /** Elements before the image's map, in its level and in all levels. */
  readonly origin: number;
  readonly offset: number;
  readonly width: number;
}

/** Writes the maxima of one cell, C of them from `at` on, and where each stands. */
function poolCell(
  features: TensorData["data"],
  cell: Cell,
  channels: number,
  at: number,
  [y, argmax]: readonly TensorData[],
): void {
  if (cell.rows.begin >= cell.rows.end || cell.columns.begin >= cell.columns.end) return;
  y!.data.fill(Number.NEGATIVE_INFINITY, at, at + channels);
  for (let row = cell.rows.begin; row < cell.rows.end; row++)
    for (let column = cell.columns.begin; column < cell.columns.end; column++) {
      const position = cell.origin + (row * cell.width + column) * channels;
      for (let c = 0; c < channels; c++) {
        if (features[position + c]! <= y!.data[at + c]!) continue;
        y!.data[at + c] = features[position + c]!;
        argmax!.data[at + c] = cell.offset + position + c;
      }
    }
}

const level0 = Array.from({ length: 2 * 5 * 6 * 2 }, (_, i) => Math.sin(i * 1.7) + i / 40);
const level1 = Array.from({ length: 2 * 3 * 3 * 2 }, (_, i) => Math.cos(i * 0.9) - i / 20);
const oneMap = { dtype: "f32", shape: [2, 5, 6, 2], data: level0 } as const;

const map: TensorType = { dtype: "f32", shape: [1, 4, 4, 2] };
const threeBoxes: TensorType = { dtype: "f32", shape: [3, 4] };
const threeIndices: TensorType = { dtype: "i32", shape: [3] };
const brokenPool = (
  inputs: readonly TensorType[],
  label: string,
  changed: Partial<Pooling> = {},
): BrokenSample => ({
  label,
  inputs,
  attributes: { size: [2, 2], strides: [4], ...changed },
});

/** RoIPool of regions over pyramid levels (Girshick 2015, section 2.1): torchvision's `roi_pool`. */
export const roiPool: Op<
  readonly ["...levels", "boxes", "image", "level"],
  Pooling,
  readonly [TensorType, TensorType]
> = {
  name: "roiPool",
  summary:
    "Maxima of the cells of R regions that lie within the image, [R, h, w, C], and the flat index of each among all levels' elements; an empty cell, and every cell where the level is -1, is 0 with index -1.",
  inputs: [
    { name: "...levels", gradient: "differentiable" },
    { name: "boxes", gradient: "stop", reason: "regions are rounded to the map's grid: Girshick 2015" },
    { name: "image", gradient: "stop", reason: "an index" },
    { name: "level", gradient: "stop", reason: "an index" },
  ],
  attributes: { size: "cells of the output, [h, w]", strides: "pixels of the image a cell of each level" },
  constraints: regionConstraints,
  infer(inputs, { size, strides }) {
    const { levels, boxes, image, level } = splitRegions(inputs);
    constrainLevels(levels, strides);
    constrainRegions(boxes, image, level);
    constrainSize(size);
    const shape = [boxes.shape[0]!, ...size, levels[0]!.shape[3]!];
    return [
      { dtype: "f32", shape },
      { dtype: "i32", shape },
    ];
  },
  reference(inputs, { size, strides }, outputs) {
    const { levels, boxes, image, level } = splitRegions(inputs);
    const offsets = offsetsOf(levels.map(({ type }) => type.shape));
    const [rows, columns] = size as [number, number];
    outputs[1]!.data.fill(-1);
    for (let region = 0; region < image.data.length; region++) {
      const index = level.data[region]!;
      if (!(index in levels)) continue;
      const [, height, width, channels] = levels[index]!.type.shape as [number, number, number, number];
      const [x1, y1, x2, y2] = Array.from(boxes.data.subarray(4 * region, 4 * region + 4)) as [
        number,
        number,
        number,
        number,
      ];
      const place = {
        origin: image.data[region]! * height * width * channels,
        offset: offsets[index]!,
        width,
      };
      const across = rangesOf(x1, x2, strides[index]!, columns, width);
      rangesOf(y1, y2, strides[index]!, rows, height).forEach((down, y) => {
        across.forEach((range, x) => {
          const at = ((region * rows + y) * columns + x) * channels;
          poolCell(levels[index]!.data, { rows: down, columns: range, ...place }, channels, at, outputs);
        });
      });
    }
  },
  vjp(b, { inputs, outputs }, [gradient]) {
    if (!gradient) return [];
    const shapes = splitRegions(inputs).levels.map((level) => level.type.shape);
    return b.roiPoolGrad(gradient, outputs[1]!, { shapes });
  },
  // About as many comparisons as one region that covers its map needs.
  cost(inputs, [y], { size }) {
    const largest = Math.max(...splitRegions(inputs).levels.map(({ shape }) => shape[1]! * shape[2]!));
    return sizeOf(y!.shape) * Math.ceil(largest / sizeOf(size));
  },
  tfjs: "reference",
  tensorflow: (writer, refs, { inputs, attributes }) =>
    poolNatively(
      writer,
      refs,
      splitRegions(inputs).levels.map((level) => level.type.shape),
      {
        ...attributes,
        regions: inputs.at(-1)!.type.shape[0]!,
      },
    ),
  samples: [
    {
      name: "two levels, one region of none",
      inputs: [
        oneMap,
        { dtype: "f32", shape: [2, 3, 3, 2], data: level1 },
        {
          dtype: "f32",
          shape: [4, 4],
          data: [1.3, 2.2, 20.7, 18.9, 0, 3.4, 17.1, 23.5, 6.3, 1.1, 9.2, 17.4, 1, 1, 2, 2],
        },
        { dtype: "i32", shape: [4], data: [0, 1, 1, 0] },
        { dtype: "i32", shape: [4], data: [0, 1, 0, -1] },
      ],
      attributes: { size: [2, 3], strides: [4, 8] },
    },
    {
      name: "more cells than the region has positions",
      inputs: [
        oneMap,
        { dtype: "f32", shape: [2, 4], data: [5.3, 4.2, 9.1, 5.9, 0, 0, 24, 20] },
        { dtype: "i32", shape: [2], data: [1, 0] },
        { dtype: "i32", shape: [2], data: [0, 0] },
      ],
      attributes: { size: [3, 3], strides: [4] },
    },
  ],
  broken: [
    brokenPool([{ dtype: "f32", shape: [4, 4, 2] }, threeBoxes, threeIndices, threeIndices], "C1"),
    brokenPool([map, threeIndices, threeIndices, threeIndices], "C2"),
    brokenPool([map, threeBoxes, threeIndices, threeBoxes], "C3"),
    brokenPool([map, threeBoxes, threeIndices, threeIndices], "C4", { strides: [] }),
    brokenPool([map, threeBoxes, threeIndices, threeIndices], "C5", { size: [0, 2] }),
  ],
};

/** Elements before each level, and in all of them as the last entry. */
function offsetsOf(shapes: readonly (readonly number[])[]): number[] {
  const offsets = [0];
  for (const shape of shapes) offsets.push(offsets.at(-1)! + sizeOf(shape));
  return offsets;
}

type Shapes = { readonly shapes: readonly (readonly number[])[] };

export const roiPoolGrad: Op<readonly ["gradient", "argmax"], Shapes, readonly TensorType[]> = {
  name: "roiPoolGrad",
  summary:
    "The adjoint of roiPool: adds each gradient to the element that was the maximum, one output a level.",
  inputs: [
    { name: "gradient", gradient: "differentiable" },
    { name: "argmax", gradient: "stop", reason: "an index" },
  ],
  attributes: { shapes: "shapes of the levels, each [N, H, W, C]" },
  constraints: {
    C1: "gradient is f32 and argmax is i32, of one shape",
    C2: "there is at least one level, and each is [N, H, W, C]",
  },
  listOutput: true,
  infer([gradient, argmax], { shapes }) {
    constrain(
      gradient!.dtype === "f32" && argmax!.dtype === "i32" && sameShape(gradient!.shape, argmax!.shape),
      "C1",
      `gradient is ${printType(gradient!)}, argmax ${printType(argmax!)}`,
    );
    constrain(
      shapes.length > 0 && shapes.every((shape) => shape.length === 4),
      "C2",
      `shapes are [${shapes.join("], [")}]`,
    );
    return shapes.map((shape) => ({ dtype: "f32", shape }));
  },
  reference([gradient, argmax], { shapes }, outputs) {
    const offsets = offsetsOf(shapes);
    gradient!.data.forEach((value, i) => {
      const index = argmax!.data[i]!;
      if (index < 0) return;
      const level = offsets.findIndex((offset) => offset > index) - 1;
      outputs[level]!.data[index - offsets[level]!]! += value;
    });
  },
  vjp(b, { inputs: [, argmax], attributes: { shapes } }, gradients) {
    const flat = shapes.map((shape, i) => {
      const size = sizeOf(shape);
      const gradient = gradients[i];
      return gradient
        ? b.reshape(gradient, { shape: [size] })
        : b.constant(new Float32Array(size), "f32", [size]);
    });
    const all = b.concat(flat, { axis: 0 });
    return [b.select(b.less(argmax!, 0), 0, b.gather(all, b.maximum(argmax!, 0)))];
  },
  cost: ([gradient]) => sizeOf(gradient!.shape),
  tfjs: "reference",
  tensorflow: (writer, inputs, { attributes }) => poolNativelyBackward(writer, inputs, attributes.shapes),
  samples: [
    {
      name: "two levels, one element hit twice, one empty cell",
      inputs: [
        { dtype: "f32", shape: [1, 1, 3, 2], data: [1, 2, 3, 4, 5, 6] },
        { dtype: "i32", shape: [1, 1, 3, 2], data: [0, 5, 0, -1, 8, 9] },
      ],
      attributes: {
        shapes: [
          [1, 2, 2, 2],
          [1, 1, 1, 2],
        ],
      },
    },
    {
      name: "one level",
      inputs: [
        { dtype: "f32", shape: [1, 1, 1, 2], data: [1, 2] },
        { dtype: "i32", shape: [1, 1, 1, 2], data: [2, 1] },
      ],
      attributes: { shapes: [[1, 1, 2, 2]] },
    },
  ],
  broken: [
    { label: "C1", inputs: [map, map], attributes: { shapes: [[1, 1, 2, 2]] } },
    { label: "C2", inputs: [map, { dtype: "i32", shape: map.shape }], attributes: { shapes: [] } },
  ],
};

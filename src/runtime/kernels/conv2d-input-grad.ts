/** The gradient of a convolution's input as forward convolutions, one for each phase of the stride. */

import type { TensorType } from "../../ir/types.ts";
import { opNamed } from "../../ops/index.ts";
import type { Heap, Tensor, View } from "../heap.ts";
import { type Kernel, loopKernel } from "./kernel.ts";

/**
 * Along one axis, the input positions `first + stride * m` for m below `count`: they meet the taps `tap + stride * j`
 * for j below `taps`, at the outputs `m - before + ...`, padded by `before` and `after`.
 */
interface Phase {
  readonly first: number;
  readonly count: number;
  readonly tap: number;
  readonly taps: number;
  readonly before: number;
  readonly after: number;
}

/**
 * `conv2dInputGrad`: the input positions of one phase (those that are equal modulo the stride) meet the same taps, so their
 * gradient is a convolution of stride 1 with those taps turned round. No product is with an inserted zero.
 */
export const conv2dInputGrad: Kernel = (heap, inputs, attributes, outputs) => {
  const [gradient, filter] = inputs as [Tensor, Tensor];
  const type = outputs[0]!;
  const strides = attributes.strides as readonly [number, number];
  const dilations = attributes.dilations as readonly [number, number];
  const padding = attributes.padding as readonly (readonly [number, number])[];
  const [rows, columns] = [0, 1].map((axis) =>
    phasesOf(
      type.shape[axis + 1]!,
      gradient.shape[axis + 1]!,
      filter.shape[axis]!,
      strides[axis]!,
      padding[axis]![0]!,
      dilations[axis]!,
    ),
  ) as [readonly Phase[], readonly Phase[]];
  const cropped = [...rows, ...columns].some(
    (phase) => phase.taps > 0 && (phase.before < 0 || phase.after < 0),
  );
  const spread = [0, 1].some((axis) => strides[axis]! > 1 && dilations[axis]! > 1);
  if (cropped || spread) return fallback(heap, inputs, attributes, outputs);
  if (rows.length === 1 && columns.length === 1) {
    return [convolvePhase(heap, gradient, filter, rows[0]!, columns[0]!, [1, 1], dilations, type.shape)];
  }
  return [interleavePhases(heap, gradient, filter, rows, columns, { strides, dilations }, type)];
};

/** For padding wider than the filter, and dilation together with a stride. */
const fallback: Kernel = (...call) => loopKernel(opNamed("conv2dInputGrad").reference)(...call);

function phasesOf(
  input: number,
  output: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation: number,
): readonly Phase[] {
  if (stride === 1) {
    const before = dilation * (kernel - 1) - pad;
    return [{ first: 0, count: input, tap: 0, taps: kernel, before, after: input + pad - output }];
  }
  return Array.from({ length: Math.min(stride, input) }, (_, first) => {
    const tap = (first + pad) % stride;
    const taps = Math.max(0, Math.ceil((kernel - tap) / stride));
    const count = Math.ceil((input - first) / stride);
    const shift = (first + pad - tap) / stride;
    return { first, count, tap, taps, before: taps - 1 - shift, after: count + shift - output };
  });
}

function convolvePhase(
  heap: Heap,
  gradient: Tensor,
  filter: Tensor,
  row: Phase,
  column: Phase,
  strides: readonly [number, number],
  dilations: readonly [number, number],
  shape: readonly number[],
): Tensor {
  const turned = turnedFilter(heap, filter, row, column, strides);
  const pad = [
    [0, 0],
    [row.before, row.after],
    [column.before, column.after],
    [0, 0],
  ];
  const attributes = { strides: [1, 1], pad, dataFormat: "NHWC", dilations };
  const result = heap.run("Conv2D", { x: gradient, filter: turned }, attributes, [
    { dtype: "f32", shape },
  ])[0]!;
  heap.drop(turned);
  return result;
}

/** The taps of a phase in reverse, with the two kinds of channels exchanged. */
function turnedFilter(
  heap: Heap,
  filter: Tensor,
  row: Phase,
  column: Phase,
  [strideY, strideX]: readonly [number, number],
): Tensor {
  const [, width, channels, outputChannels] = filter.shape as [number, number, number, number];
  const turned = heap.make({ dtype: "f32", shape: [row.taps, column.taps, outputChannels, channels] });
  const [source, target] = [heap.view(filter), heap.view(turned)];
  const size = channels * outputChannels;
  let to = 0;
  for (let y = row.taps - 1; y >= 0; y--) {
    for (let x = column.taps - 1; x >= 0; x--, to += size) {
      const from = ((row.tap + strideY * y) * width + column.tap + strideX * x) * size;
      for (let channel = 0; channel < channels; channel++) {
        const start = from + channel * outputChannels;
        for (let k = 0; k < outputChannels; k++) target[to + k * channels + channel] = source[start + k]!;
      }
    }
  }
  return turned;
}

function interleavePhases(
  heap: Heap,
  gradient: Tensor,
  filter: Tensor,
  rows: readonly Phase[],
  columns: readonly Phase[],
  { strides, dilations }: Readonly<Record<"strides" | "dilations", readonly [number, number]>>,
  type: TensorType,
): Tensor {
  const result = heap.make(type);
  const complete = [...rows, ...columns].every((phase) => phase.taps > 0);
  if (!complete) heap.view(result).fill(0);
  for (const row of rows) {
    for (const column of columns) {
      if (row.taps === 0 || column.taps === 0) continue;
      const shape = [type.shape[0]!, row.count, column.count, type.shape[3]!];
      // An axis is dilated only where its stride is 1, and so has one phase.
      const part = convolvePhase(heap, gradient, filter, row, column, strides, dilations, shape);
      placePhase(heap.view(part), shape, heap.view(result), type.shape, row, column, strides);
      heap.drop(part);
    }
  }
  return result;
}

function placePhase(
  part: View,
  [images, height, width, channels]: readonly number[],
  result: View,
  [, fullHeight, fullWidth]: readonly number[],
  row: Phase,
  column: Phase,
  [strideY, strideX]: readonly [number, number],
): void {
  let from = 0;
  for (let image = 0; image < images!; image++) {
    for (let y = 0; y < height!; y++) {
      const line = (image * fullHeight! + row.first + strideY * y) * fullWidth! + column.first;
      for (let x = 0; x < width!; x++) {
        const to = (line + strideX * x) * channels!;
        for (let channel = 0; channel < channels!; channel++) result[to + channel] = part[from++]!;
      }
    }
  }
}

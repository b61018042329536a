/** The gradient of a convolution's filter as a sum of matrix products. */
import { elementsOf } from "../feeds.ts";
import type { Heap, Tensor } from "../heap.ts";
import type { Kernel } from "./kernel.ts";
import { product, transposeInto } from "./matmul.ts";
import { type Geometry, patchWidth, takePatches, toChannelFirst } from "./patches.ts";

/** Positions of one product: enough to keep the product busy, few enough that its operands stay in the cache. */
const positionsAtOnce = 2048;

/**
 * `conv2dFilterGrad`: with the pixels that each tap of the filter meets as rows, [taps * channels, positions], the gradient is
 * that matrix times the output's gradient, [positions, output channels]. Positions are taken some rows of the map at a time.
 */
export const conv2dFilterGrad: Kernel = (heap, [x, gradient], attributes, [type]) => {
  const padding = attributes.padding as readonly (readonly number[])[];
  const [images, height, width, channels] = x!.shape as [number, number, number, number];
  const paddedSize = [height + padding[0]![0]! + padding[0]![1]!, width + padding[1]![0]! + padding[1]![1]!];
  const geometry: Geometry = {
    filter: type!.shape,
    strides: attributes.strides as readonly number[],
    dilations: attributes.dilations as readonly number[],
    padded: [channels, images, ...paddedSize],
    output: gradient!.shape,
  };
  const result = heap.make(type!);
  heap.view(result).fill(0);
  if (isPointwise(geometry, x!)) addPoints(heap, result, x!, gradient!);
  else addPatches(heap, result, x!, gradient!, geometry, padding);
  return [result];
};

/** A 1x1 filter that meets every pixel once. */
const isPointwise = ({ filter, strides, padded }: Geometry, x: Tensor): boolean =>
  [0, 1].every((axis) => filter[axis] === 1 && strides[axis] === 1 && padded[axis + 2] === x.shape[axis + 1]);

/** Products of the transposed pixels and the gradients, some pixels at a time. */
function addPoints(heap: Heap, result: Tensor, x: Tensor, gradient: Tensor): void {
  const [channels, outputChannels] = [x.shape[3]!, gradient.shape[3]!];
  const points = elementsOf(x.shape) / channels;
  for (let point = 0; point < points; point += positionsAtOnce) {
    const count = Math.min(positionsAtOnce, points - point);
    const patches = heap.make({ dtype: "f32", shape: [channels, count] });
    const gradients = heap.make({ dtype: "f32", shape: [count, outputChannels] });
    const pixels = heap.view(x).subarray(point * channels, (point + count) * channels);
    transposeInto(pixels, heap.view(patches), count, channels);
    heap
      .view(gradients)
      .set(heap.view(gradient).subarray(point * outputChannels, (point + count) * outputChannels));
    addProduct(heap, result, patches, gradients);
  }
}

function addPatches(
  heap: Heap,
  result: Tensor,
  x: Tensor,
  gradient: Tensor,
  geometry: Geometry,
  padding: readonly (readonly number[])[],
): void {
  const { filter, dilations, padded, output } = geometry;
  // The last run of a tap goes beyond the last plane by as many pixels as the tap is shifted.
  const slack = (filter[1]! - 1) * dilations[1]!;
  const planes = heap.make({ dtype: "f32", shape: [elementsOf(padded) + slack] });
  toChannelFirst(heap.view(x), x.shape, heap.view(planes), padded, padding);
  const rows = output[0]! * output[1]!;
  const width = patchWidth(geometry);
  const rowsAtOnce = Math.max(1, Math.floor(positionsAtOnce / width));
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - row);
    const patches = heap.make({ dtype: "f32", shape: [elementsOf(filter.slice(0, 3)), count * width] });
    const gradients = widenedRows(heap, gradient, row, count, width);
    takePatches(heap.view(planes), heap.view(patches), geometry, row, count);
    addProduct(heap, result, patches, gradients);
  }
  heap.drop(planes);
}

/** Rows `row` to `row + count` of the maps of `gradient`, zeros behind each up to `width` positions, as a matrix. */
function widenedRows(heap: Heap, gradient: Tensor, row: number, count: number, width: number): Tensor {
  const [, , columns, channels] = gradient.shape as [number, number, number, number];
  const rows = heap.make({ dtype: "f32", shape: [count * width, channels] });
  const [source, target] = [heap.view(gradient), heap.view(rows)];
  const length = columns * channels;
  for (let each = 0; each < count; each++) {
    const [from, to] = [(row + each) * length, each * width * channels];
    target.set(source.subarray(from, from + length), to);
    target.fill(0, to + length, to + width * channels);
  }
  return rows;
}

/** Adds the product of two matrices to `total`, and drops them. */
function addProduct(heap: Heap, total: Tensor, left: Tensor, right: Tensor): void {
  const sum = product(heap, left, right);
  const [target, addend] = [heap.view(total), heap.view(sum)];
  for (let i = 0; i < target.length; i++) target[i]! += addend[i]!;
  for (const tensor of [left, right, sum]) heap.drop(tensor);
}

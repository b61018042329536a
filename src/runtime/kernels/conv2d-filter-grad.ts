/** The gradient of a convolution's filter as a sum of matrix products. */
import { elementsOf } from "../feeds.ts";
import type { Heap, Tensor, View } from "../heap.ts";
import type { Kernel } from "./kernel.ts";
import { product, transposeInto } from "./matmul.ts";

interface Geometry {
  /** Of the filter: [height, width, channels, output channels]. */
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Of the padded, channel-first copy of x: [channels, images, height, width]. */
  readonly padded: readonly number[];
  /** Of the output's gradient: [images, height, width, channels]. */
  readonly output: readonly number[];
}

/** Positions of one product: enough to keep the product busy, few enough that its operands stay in the cache. */
const positionsAtOnce = 2048;

/**
 * `conv2dFilterGrad`: with the pixels that each tap of the filter meets as rows, [taps * channels, positions], the gradient is
 * that matrix times the output's gradient, [positions, output channels]. Positions are taken some rows of the map at a time.
 */
export const conv2dFilterGrad: Kernel = (heap, [x, gradient], attributes, [type]) => {
  const padding = attributes["padding"] as readonly (readonly number[])[];
  const [images, height, width, channels] = x!.shape as [number, number, number, number];
  const geometry: Geometry = {
    filter: type!.shape,
    strides: attributes["strides"] as readonly number[],
    dilations: attributes["dilations"] as readonly number[],
    padded: [channels, images, height + padding[0]![0]! + padding[0]![1]!, width + padding[1]![0]! + padding[1]![1]!],
    output: gradient!.shape,
  };
  const result = heap.make(type!);
  heap.view(result).fill(0);
  if (isPointwise(geometry, x!)) {
    addPoints(heap, result, x!, gradient!);
    return [result];
  }
  const padded = channelFirst(heap, x!, geometry.padded, padding);
  const rows = images * geometry.output[1]!;
  const rowsAtOnce = Math.max(1, Math.floor(positionsAtOnce / geometry.output[2]!));
  for (let row = 0; row < rows; row += rowsAtOnce) {
    addRows(heap, result, padded, gradient!, geometry, row, Math.min(rowsAtOnce, rows - row));
  }
  heap.drop(padded);
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
    const gradients = copyOfRows(heap, gradient, point, count, outputChannels);
    const pixels = heap.view(x).subarray(point * channels, (point + count) * channels);
    transposeInto(pixels, heap.view(patches), count, channels);
    addProduct(heap, result, patches, gradients);
  }
}

/** Rows `from` to `from + count` of a tensor seen as a matrix with `width` columns. */
function copyOfRows(heap: Heap, tensor: Tensor, from: number, count: number, width: number): Tensor {
  const rows = heap.make({ dtype: "f32", shape: [count, width] });
  heap.view(rows).set(heap.view(tensor).subarray(from * width, (from + count) * width));
  return rows;
}

/** Adds the product of two matrices to `total`, and drops them. */
function addProduct(heap: Heap, total: Tensor, left: Tensor, right: Tensor): void {
  const sum = product(heap, left, right);
  const [target, addend] = [heap.view(total), heap.view(sum)];
  for (let i = 0; i < target.length; i++) target[i]! += addend[i]!;
  for (const tensor of [left, right, sum]) heap.drop(tensor);
}

/** A copy of `x` [images, height, width, channels] with zeros round it, one plane a channel. */
function channelFirst(heap: Heap, x: Tensor, shape: readonly number[], padding: readonly (readonly number[])[]): Tensor {
  const result = heap.make({ dtype: "f32", shape });
  const [source, target] = [heap.view(x), heap.view(result)];
  const [images, height, width, channels] = x.shape as [number, number, number, number];
  const [, , paddedHeight, paddedWidth] = shape as [number, number, number, number];
  const plane = images * paddedHeight * paddedWidth;
  if (paddedHeight !== height || paddedWidth !== width) target.fill(0);
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      const from = (image * height + y) * width * channels;
      const to = (image * paddedHeight + y + padding[0]![0]!) * paddedWidth + padding[1]![0]!;
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * plane + to;
        for (let i = 0, j = from + channel; i < width; i++, j += channels) target[start + i] = source[j]!;
      }
    }
  }
  return result;
}

function addRows(heap: Heap, result: Tensor, padded: Tensor, gradient: Tensor, geometry: Geometry, row: number, count: number): void {
  const [kernelHeight, kernelWidth, channels, outputChannels] = geometry.filter as [number, number, number, number];
  const width = geometry.output[2]!;
  const positions = count * width;
  const patches = heap.make({ dtype: "f32", shape: [kernelHeight * kernelWidth * channels, positions] });
  const gradients = copyOfRows(heap, gradient, row * width, positions, outputChannels);
  takePatches(heap.view(padded), heap.view(patches), geometry, row, count);
  addProduct(heap, result, patches, gradients);
}

/** For each tap and channel, the pixels that it meets at the output rows `row` to `row + count`. */
function takePatches(padded: View, patches: View, geometry: Geometry, row: number, count: number): void {
  const [kernelHeight, kernelWidth] = geometry.filter as [number, number];
  const [channels, images, height, width] = geometry.padded as [number, number, number, number];
  const [, outputHeight, outputWidth] = geometry.output as [number, number, number];
  const [strideY, strideX] = geometry.strides as [number, number];
  let to = 0;
  for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
    const tapY = Math.floor(tap / kernelWidth) * geometry.dilations[0]!;
    const tapX = (tap % kernelWidth) * geometry.dilations[1]!;
    for (let channel = 0; channel < channels; channel++) {
      for (let each = row; each < row + count; each++) {
        const image = Math.floor(each / outputHeight);
        const y = (each % outputHeight) * strideY + tapY;
        let from = ((channel * images + image) * height + y) * width + tapX;
        for (const end = to + outputWidth; to < end; to++, from += strideX) patches[to] = padded[from]!;
      }
    }
  }
}

/** Convolution of each channel by itself: forward on the stock kernel, the gradients there or in loops over f32. */
import { type ConvolutionAttributes, reachOf } from "../../ops/linear/window.ts";
import { elementsOf } from "../feeds.ts";
import type { Heap, Tensor, View } from "../heap.ts";

type Borders = readonly (readonly number[])[];

/** `filter` is [height, width, 1, C * multiplier], which lies as [height, width, C, multiplier] does. */
export function depthwiseForward(
  heap: Heap,
  x: Tensor,
  filter: Tensor,
  { strides, padding, dilations }: ConvolutionAttributes,
  shape: readonly number[],
): Tensor {
  const [height, width, , filters] = filter.shape as [number, number, number, number];
  const channels = x.shape[3]!;
  const turned = heap.alias(filter, [height, width, channels, filters / channels]);
  const attributes = { strides, dilations, pad: [[0, 0], ...padding, [0, 0]], dataFormat: "NHWC" };
  const type = { dtype: "f32", shape } as const;
  const [y] = heap.run("DepthwiseConv2dNative", { x, filter: turned }, attributes, [type]);
  heap.drop(turned);
  return y!;
}

/** The gradient of x, one output a channel. */
export function depthwiseInputGrad(
  heap: Heap,
  gradient: Tensor,
  filter: Tensor,
  attributes: ConvolutionAttributes,
  shape: readonly number[],
): Tensor {
  const padding = turnedPadding(gradient, filter, attributes, shape);
  if (!padding) return inputGradInLoops(heap, gradient, filter, attributes, shape);
  const turned = turnedFilter(heap, filter);
  const result = depthwiseForward(heap, gradient, turned, { ...attributes, padding }, shape);
  heap.drop(turned);
  return result;
}

/** Padding with which the turned filter gives the gradient of x; none for a stride, or a border beyond the filter. */
function turnedPadding(
  gradient: Tensor,
  filter: Tensor,
  { strides, padding, dilations }: ConvolutionAttributes,
  shape: readonly number[],
): Borders | undefined {
  if (strides[0] !== 1 || strides[1] !== 1) return undefined;
  const borders = [0, 1].map((axis) => {
    const reach = dilations[axis]! * (filter.shape[axis]! - 1);
    const before = reach - padding[axis]![0]!;
    return [before, shape[axis + 1]! + reach - before - gradient.shape[axis + 1]!];
  });
  return borders.flat().every((pixels) => pixels >= 0) ? borders : undefined;
}

function turnedFilter(heap: Heap, filter: Tensor): Tensor {
  const turned = heap.make({ dtype: "f32", shape: filter.shape });
  const [source, target] = [heap.view(filter), heap.view(turned)];
  const channels = filter.shape[3]!;
  const taps = elementsOf(filter.shape) / channels;
  for (let tap = 0; tap < taps; tap++) {
    target.set(source.subarray(tap * channels, (tap + 1) * channels), (taps - 1 - tap) * channels);
  }
  return turned;
}

/** What a tap of the filter meets in one row of the output: first elements, their steps, and how many. */
interface Run {
  readonly tap: number;
  readonly pixel: number;
  readonly pixelStep: number;
  readonly output: number;
  readonly count: number;
}

function* runsOf(
  x: readonly number[],
  y: readonly number[],
  filter: readonly number[],
  { strides, padding, dilations }: ConvolutionAttributes,
): Generator<Run> {
  const [images, height, width, channels] = x as [number, number, number, number];
  const [, rows, columns] = y as [number, number, number];
  for (let tap = 0; tap < filter[0]! * filter[1]!; tap++) {
    const down = Math.floor(tap / filter[1]!) * dilations[0]! - padding[0]![0]!;
    const across = (tap % filter[1]!) * dilations[1]! - padding[1]![0]!;
    const [firstRow, endRow] = reachOf(down, strides[0]!, height, rows);
    const [first, end] = reachOf(across, strides[1]!, width, columns);
    for (let image = 0; image < images; image++) {
      for (let row = firstRow; row < endRow; row++) {
        const line = (image * height + row * strides[0]! + down) * width;
        yield {
          tap: tap * channels,
          pixel: (line + first * strides[1]! + across) * channels,
          pixelStep: strides[1]! * channels,
          output: ((image * rows + row) * columns + first) * channels,
          count: end - first,
        };
      }
    }
  }
}

function inputGradInLoops(
  heap: Heap,
  gradient: Tensor,
  filter: Tensor,
  attributes: ConvolutionAttributes,
  shape: readonly number[],
): Tensor {
  const result = heap.make({ dtype: "f32", shape });
  const [dy, weights, dx] = [gradient, filter, result].map(heap.view) as [View, View, View];
  dx.fill(0);
  for (const run of runsOf(shape, gradient.shape, filter.shape, attributes)) {
    addScaled(dx, dy, weights, run, shape[3]!);
  }
  return result;
}

function addScaled(dx: View, dy: View, weights: View, run: Run, channels: number): void {
  const { tap, pixelStep, count } = run;
  let [to, from] = [run.pixel, run.output];
  for (let position = 0; position < count; position++, to += pixelStep, from += channels) {
    for (let c = 0; c < channels; c++) dx[to + c]! += dy[from + c]! * weights[tap + c]!;
  }
}

/** The gradient of the filter, one output a channel. */
export function depthwiseFilterGrad(
  heap: Heap,
  x: Tensor,
  gradient: Tensor,
  attributes: ConvolutionAttributes,
  shape: readonly number[],
): Tensor {
  const result = heap.make({ dtype: "f32", shape });
  const [pixels, dy] = [heap.view(x), heap.view(gradient)];
  const total = new Float64Array(elementsOf(shape));
  for (const run of runsOf(x.shape, gradient.shape, shape, attributes)) {
    addProducts(total, pixels, dy, run, x.shape[3]!);
  }
  heap.view(result).set(total);
  return result;
}

function addProducts(total: Float64Array, x: View, dy: View, run: Run, channels: number): void {
  const { tap, pixelStep, count } = run;
  let [from, to] = [run.pixel, run.output];
  for (let position = 0; position < count; position++, from += pixelStep, to += channels) {
    for (let c = 0; c < channels; c++) total[tap + c]! += x[from + c]! * dy[to + c]!;
  }
}

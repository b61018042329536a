/** The loops of a grouped convolution and of its two gradients. */
import type { TensorData } from "../define.ts";
import { type ConvolutionAttributes, reachOf } from "./window.ts";

/** x [N, H, W, C], filter [h, w, C / groups, K], y [N, OH, OW, K]. */
interface Operands {
  readonly x: TensorData;
  readonly filter: TensorData;
  readonly y: TensorData;
}

/** For each output channel, the first input channel of its group. */
export function firstChannels({ x, filter }: Pick<Operands, "x" | "filter">): Int32Array {
  const [channels, each, filters] = [x.type.shape[3]!, filter.type.shape[2]!, filter.type.shape[3]!];
  const groups = channels / each;
  return Int32Array.from({ length: filters }, (_, k) => Math.floor((k * groups) / filters) * each);
}

/** Calls `visit` with the first elements of each pixel, tap and output that meet; the taps of an output in one run. */
function eachMeeting(
  { x, filter, y }: Operands,
  { strides, padding, dilations }: ConvolutionAttributes,
  visit: (pixel: number, tap: number, output: number) => void,
): void {
  const [count, height, width, channels] = x.type.shape as [number, number, number, number];
  const [, rows, columns, filters] = y.type.shape as [number, number, number, number];
  const [tapRows, tapColumns, each] = filter.type.shape as [number, number, number];
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < tapRows; i++) {
      const down = i * dilations[0]! - padding[0]![0]!;
      const [firstRow, endRow] = reachOf(down, strides[0]!, height, rows);
      for (let j = 0; j < tapColumns; j++) {
        const across = j * dilations[1]! - padding[1]![0]!;
        const [first, end] = reachOf(across, strides[1]!, width, columns);
        const tap = (i * tapColumns + j) * each * filters;
        for (let row = firstRow; row < endRow; row++) {
          const line = (n * height + row * strides[0]! + down) * width;
          for (let column = first; column < end; column++) {
            const pixel = (line + column * strides[1]! + across) * channels;
            visit(pixel, tap, ((n * rows + row) * columns + column) * filters);
          }
        }
      }
    }
  }
}

/** Fills y. */
export function convolveGroups(operands: Operands, attributes: ConvolutionAttributes): void {
  const [x, filter, first] = [operands.x.data, operands.filter.data, firstChannels(operands)];
  const [, , each, filters] = operands.filter.type.shape as [number, number, number, number];
  const total = new Float64Array(operands.y.data.length);
  eachMeeting(operands, attributes, (pixel, tap, output) => {
    for (let c = 0, at = tap; c < each; c++, at += filters) {
      for (let k = 0; k < filters; k++) total[output + k]! += x[pixel + c + first[k]!]! * filter[at + k]!;
    }
  });
  operands.y.data.set(total);
}

/** Fills x with the gradient of x, given that of y. */
export function convolveGroupsBack(operands: Operands, attributes: ConvolutionAttributes): void {
  const [y, filter, first] = [operands.y.data, operands.filter.data, firstChannels(operands)];
  const [, , each, filters] = operands.filter.type.shape as [number, number, number, number];
  const total = new Float64Array(operands.x.data.length);
  eachMeeting(operands, attributes, (pixel, tap, output) => {
    for (let c = 0, at = tap; c < each; c++, at += filters) {
      for (let k = 0; k < filters; k++) total[pixel + c + first[k]!]! += y[output + k]! * filter[at + k]!;
    }
  });
  operands.x.data.set(total);
}

/** Fills the filter with its gradient, given that of y. */
export function correlateGroups(operands: Operands, attributes: ConvolutionAttributes): void {
  const [x, y, first] = [operands.x.data, operands.y.data, firstChannels(operands)];
  const [, , each, filters] = operands.filter.type.shape as [number, number, number, number];
  const total = new Float64Array(operands.filter.data.length);
  eachMeeting(operands, attributes, (pixel, tap, output) => {
    for (let c = 0, at = tap; c < each; c++, at += filters) {
      for (let k = 0; k < filters; k++) total[at + k]! += x[pixel + c + first[k]!]! * y[output + k]!;
    }
  });
  operands.filter.data.set(total);
}

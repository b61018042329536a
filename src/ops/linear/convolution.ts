/** The loops of a convolution and of its two gradients, which are linear in both operands each. */
import type { TensorData } from "../define.ts";
import { addRows } from "./add-rows.ts";
import { type ConvolutionAttributes, reachOf } from "./window.ts";

/** x [N, H, W, C], filter [h, w, C, K], y [N, OH, OW, K]. */
interface Operands {
  readonly x: TensorData;
  readonly filter: TensorData;
  readonly y: TensorData;
}

/** Fills y. */
export function convolve(
  { x, filter, y }: Operands,
  { strides, padding, dilations }: ConvolutionAttributes,
): void {
  const [count, height, width, channels] = x.type.shape as [number, number, number, number];
  const [, rows, columns, filters] = y.type.shape as [number, number, number, number];
  const [tapRows, tapColumns] = filter.type.shape as [number, number];
  const total = new Float64Array(filters);
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        total.fill(0);
        for (let i = 0; i < tapRows; i++) {
          const h = row * strides[0]! + i * dilations[0]! - padding[0]![0]!;
          if (h < 0 || h >= height) continue;
          for (let j = 0; j < tapColumns; j++) {
            const w = column * strides[1]! + j * dilations[1]! - padding[1]![0]!;
            if (w < 0 || w >= width) continue;
            const pixel = ((n * height + h) * width + w) * channels;
            addRows(
              total,
              0,
              filters,
              filter.data,
              (i * tapColumns + j) * channels * filters,
              x.data,
              pixel,
              1,
              channels,
            );
          }
        }
        y.data.set(total, ((n * rows + row) * columns + column) * filters);
      }
    }
  }
}

/** Fills x with the gradient of x, given that of y. */
export function convolveBack(
  { x, filter, y }: Operands,
  { strides, padding, dilations }: ConvolutionAttributes,
): void {
  const [count, height, width, channels] = x.type.shape as [number, number, number, number];
  const [, rows, columns, filters] = y.type.shape as [number, number, number, number];
  const [tapRows, tapColumns] = filter.type.shape as [number, number];
  const turned = turnTaps(filter);
  const total = new Float64Array(channels);
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        total.fill(0);
        for (let i = 0; i < tapRows; i++) {
          const row = (h + padding[0]![0]! - i * dilations[0]!) / strides[0]!;
          if (row < 0 || row >= rows || !Number.isInteger(row)) continue;
          for (let j = 0; j < tapColumns; j++) {
            const column = (w + padding[1]![0]! - j * dilations[1]!) / strides[1]!;
            if (column < 0 || column >= columns || !Number.isInteger(column)) continue;
            const pixel = ((n * rows + row) * columns + column) * filters;
            addRows(
              total,
              0,
              channels,
              turned,
              (i * tapColumns + j) * channels * filters,
              y.data,
              pixel,
              1,
              filters,
            );
          }
        }
        x.data.set(total, ((n * height + h) * width + w) * channels);
      }
    }
  }
}

/** The filter as [h, w, K, C]. */
function turnTaps(filter: TensorData): Float64Array {
  const [tapRows, tapColumns, channels, filters] = filter.type.shape as [number, number, number, number];
  const turned = new Float64Array(filter.data.length);
  for (let tap = 0; tap < tapRows * tapColumns; tap++) {
    const at = tap * channels * filters;
    for (let c = 0; c < channels; c++) {
      for (let k = 0; k < filters; k++) turned[at + k * channels + c] = filter.data[at + c * filters + k]!;
    }
  }
  return turned;
}

/** Fills the filter with its gradient, given that of y. */
export function correlate(
  { x, filter, y }: Operands,
  { strides, padding, dilations }: ConvolutionAttributes,
): void {
  const [count, height, width, channels] = x.type.shape as [number, number, number, number];
  const [, rows, columns, filters] = y.type.shape as [number, number, number, number];
  const [tapRows, tapColumns] = filter.type.shape as [number, number];
  const total = new Float64Array(filter.data.length);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < tapRows; i++) {
      const down = i * dilations[0]! - padding[0]![0]!;
      const [firstRow, endRow] = reachOf(down, strides[0]!, height, rows);
      for (let row = firstRow; row < endRow; row++) {
        const h = row * strides[0]! + down;
        for (let j = 0; j < tapColumns; j++) {
          const across = j * dilations[1]! - padding[1]![0]!;
          const [first, end] = reachOf(across, strides[1]!, width, columns);
          const pixel = ((n * height + h) * width + first * strides[1]! + across) * channels;
          const from = ((n * rows + row) * columns + first) * filters;
          const tap = (i * tapColumns + j) * channels;
          for (let c = 0; c < channels; c++) {
            addRows(
              total,
              (tap + c) * filters,
              filters,
              y.data,
              from,
              x.data,
              pixel + c,
              strides[1]! * channels,
              end - first,
            );
          }
        }
      }
    }
  }
  filter.data.set(total);
}

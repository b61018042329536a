/** Where roiAlign samples, and how much of each cell of a map every sample takes. */
import type { TensorData } from "../define.ts";

export type Sampling = {
  /** Cells of the output, `[h, w]`. */
  readonly size: readonly number[];
  readonly sampling: number;
  readonly aligned: boolean;
  readonly strides: readonly number[];
};

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
export function forEachTap(
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

/** Where the ops over regions sample: the rule of each along one axis, and the mixture of map positions that it makes. */
import type { TensorData } from "../define.ts";

/** Points of a region along one axis, in cells of the map; cell i of the map has its centre at i. */
export interface Grid {
  /** Points a cell of the output has. */
  readonly samples: number;
  /** Point i is `origin + (i + shift) * extent / divisions`. */
  readonly origin: number;
  readonly shift: number;
  readonly extent: number;
  readonly divisions: number;
  /** Points outside these two are zero; those inside are clamped to the map. */
  readonly low: number;
  readonly high: number;
}

/** The points of the interval `from..to` in pixels, on a level of `limit` cells, for `cells` cells of output. */
export type GridRule = (from: number, to: number, stride: number, cells: number, limit: number) => Grid;

/** C's `round`: halves go away from zero. */
export const roundAway = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

/** As many points as a cell has whole or begun cells of the map; single precision decides, as in torchvision. */
const adaptiveSamples = (extent: number, cells: number): number =>
  Math.max(Math.ceil(Math.fround(Math.fround(extent) / cells)), 0);

const inMiddles = (origin: number, extent: number, samples: number, cells: number, limit: number): Grid => ({
  samples,
  origin,
  shift: 0.5,
  extent,
  divisions: cells * samples,
  low: -1,
  high: limit,
});

/** He et al. 2017; `sampling` 0 is adaptive. Not `aligned`, a region is at least one cell of the map long. */
export const alignRule =
  ({ sampling, aligned }: { readonly sampling: number; readonly aligned: boolean }): GridRule =>
  (from, to, stride, cells, limit) => {
    const extent = aligned ? (to - from) / stride : Math.max((to - from) / stride, 1);
    const samples = sampling === 0 ? adaptiveSamples(extent, cells) : sampling;
    return inMiddles(from / stride - (aligned ? 0.5 : 0), extent, samples, cells, limit);
  };

/** Dai et al. 2016: the whole cells of the map that RoIPool takes, which reach half a cell around their centres. */
export const warpRule =
  ({ sampling }: { readonly sampling: number }): GridRule =>
  (from, to, stride, cells, limit) => {
    const cellOf = (position: number, first: number) =>
      Math.min(Math.max(roundAway(Math.fround(position / stride)), first), limit - 1);
    const start = cellOf(from, 0);
    const extent = cellOf(to, start) - start + 1;
    return inMiddles(start - 0.5, extent, sampling, cells, limit);
  };

/** TensorFlow's `CropAndResize`: the ends themselves are points, and one point is the middle. */
export const cropRule: GridRule = (from, to, stride, cells, limit) => {
  const single = cells === 1;
  return {
    samples: 1,
    origin: (single ? (from + to) / 2 : from) / stride,
    shift: 0,
    extent: single ? 0 : (to - from) / stride,
    divisions: Math.max(cells - 1, 1),
    low: 0,
    // A map of one cell counts as one of two that are alike.
    high: Math.max(limit - 1, 1),
  };
};

/** The two positions that each point mixes, and their weights; both weights are 0 outside the map. */
interface AxisTaps {
  readonly samples: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly lowWeight: Float64Array;
  readonly highWeight: Float64Array;
}

function tapsOf(
  { samples, origin, shift, extent, divisions, low, high }: Grid,
  cells: number,
  limit: number,
) {
  const count = cells * samples;
  const taps: AxisTaps = {
    samples,
    low: new Int32Array(count),
    high: new Int32Array(count),
    lowWeight: new Float64Array(count),
    highWeight: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const point = origin + ((i + shift) * extent) / divisions;
    if (!(point >= low && point <= high)) continue;
    const inside = Math.min(Math.max(point, 0), limit - 1);
    taps.low[i] = Math.floor(inside);
    taps.high[i] = Math.min(taps.low[i]! + 1, limit - 1);
    taps.highWeight[i] = inside - taps.low[i]!;
    taps.lowWeight[i] = 1 - taps.highWeight[i]!;
  }
  return taps;
}

export interface Frame {
  /** Cells of the output, `[h, w]`. */
  readonly size: readonly number[];
  /** Pixels of the image a cell of each level. */
  readonly strides: readonly number[];
}

type Four = [number, number, number, number];

/** Calls `visit` with each mixture of a map's position into an output's cell; offsets count elements of channel 0. */
export function forEachTap(
  maps: readonly TensorData["type"][],
  [boxes, image, level]: readonly TensorData[],
  { size, strides }: Frame,
  rule: GridRule,
  visit: (level: number, position: number, cell: number, weight: number) => void,
): void {
  const [rows, columns] = size as [number, number];
  for (let region = 0; region < image!.data.length; region++) {
    const index = level!.data[region]!;
    if (!(index in maps)) continue;
    const [, height, width, channels] = maps[index]!.shape as Four;
    const [x1, y1, x2, y2] = boxes!.data.subarray(4 * region, 4 * region + 4) as unknown as Four;
    const stride = strides[index]!;
    const vertical = tapsOf(rule(y1, y2, stride, rows, height), rows, height);
    const horizontal = tapsOf(rule(x1, x2, stride, columns, width), columns, width);
    const share = 1 / (vertical.samples * horizontal.samples);
    const origin = image!.data[region]! * height;
    for (let y = 0; y < vertical.low.length; y++) {
      const cellRow = region * rows + Math.floor(y / vertical.samples);
      for (let x = 0; x < horizontal.low.length; x++) {
        const cell = (cellRow * columns + Math.floor(x / horizontal.samples)) * channels;
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

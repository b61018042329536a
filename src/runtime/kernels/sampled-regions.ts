/** Ops that sample regions, and their adjoints, with the samples of a cell merged: each position is met once a cell. */

import type { TensorData } from "../../ops/define.ts";
import { alignRule, cropRule, type Grid, type GridRule, warpRule } from "../../ops/detection/sample-grids.ts";
import type { Loops } from "./kernel.ts";

interface Frame {
  readonly size: readonly [number, number];
  readonly strides: readonly number[];
}

/** Which positions each cell mixes along one axis: `most` places a cell, of which `count[cell]` are used. */
interface Taps {
  readonly most: number;
  readonly count: Int32Array;
  readonly position: Int32Array;
  readonly weight: Float64Array;
}

/** The mixture of one cell: offsets of channel 0 and weights; filled up with weightless taps to a multiple of four. */
interface Mixture {
  readonly offset: Int32Array;
  readonly weight: Float64Array;
  length: number;
}

type Visit = (level: number, mixture: Mixture, cell: number) => void;

/** The rule of an op by its attributes. */
type RuleOf = (attributes: never) => GridRule;

/** Features of the regions, [R, h, w, C]. */
const forward =
  (rule: RuleOf): Loops =>
  (inputs, attributes, [y]) => {
    const levels = inputs.slice(0, -3);
    const out = y!.data as Float32Array;
    const channels = y!.type.shape[3]!;
    const shapes = levels.map((level) => level.type.shape);
    const frame = attributes as unknown as Frame;
    forEachCell(shapes, inputs.slice(-3), frame, rule(attributes as never), (level, mixture, cell) => {
      gatherMixture(levels[level]!.data as Float32Array, mixture, out, cell * channels, channels);
    });
  };

/** One map a level. */
const backward =
  (rule: RuleOf): Loops =>
  ([gradient, ...regions], attributes, maps) => {
    const source = gradient!.data as Float32Array;
    const channels = gradient!.type.shape[3]!;
    const shapes = maps.map((map) => map.type.shape);
    const frame = attributes as unknown as Frame;
    forEachCell(shapes, regions, frame, rule(attributes as never), (level, mixture, cell) => {
      scatterMixture(maps[level]!.data as Float32Array, mixture, source, cell * channels, channels);
    });
  };

export const regionLoops: Readonly<Record<string, Loops>> = {
  roiAlign: forward(alignRule),
  roiAlignGrad: backward(alignRule),
  roiWarp: forward(warpRule),
  roiWarpGrad: backward(warpRule),
  roiCrop: forward(() => cropRule),
  roiCropGrad: backward(() => cropRule),
};

function gatherMixture(
  map: Float32Array,
  { offset, weight, length }: Mixture,
  out: Float32Array,
  to: number,
  channels: number,
): void {
  for (let tap = 0; tap < length; tap += 4) {
    const [o0, o1, o2, o3] = [offset[tap]!, offset[tap + 1]!, offset[tap + 2]!, offset[tap + 3]!];
    const [w0, w1, w2, w3] = [weight[tap]!, weight[tap + 1]!, weight[tap + 2]!, weight[tap + 3]!];
    for (let c = 0; c < channels; c++) {
      out[to + c]! += w0 * map[o0 + c]! + w1 * map[o1 + c]! + w2 * map[o2 + c]! + w3 * map[o3 + c]!;
    }
  }
}

function scatterMixture(
  map: Float32Array,
  { offset, weight, length }: Mixture,
  source: Float32Array,
  from: number,
  channels: number,
): void {
  for (let tap = 0; tap < length; tap += 4) {
    const [o0, o1, o2, o3] = [offset[tap]!, offset[tap + 1]!, offset[tap + 2]!, offset[tap + 3]!];
    const [w0, w1, w2, w3] = [weight[tap]!, weight[tap + 1]!, weight[tap + 2]!, weight[tap + 3]!];
    for (let c = 0; c < channels; c++) {
      const value = source[from + c]!;
      map[o0 + c]! += w0 * value;
      map[o1 + c]! += w1 * value;
      map[o2 + c]! += w2 * value;
      map[o3 + c]! += w3 * value;
    }
  }
}

function forEachCell(
  shapes: readonly (readonly number[])[],
  [boxes, image, level]: readonly TensorData[],
  { size, strides }: Frame,
  rule: GridRule,
  visit: Visit,
): void {
  const [rows, columns] = size;
  for (let region = 0; region < image!.data.length; region++) {
    const index = level!.data[region]!;
    const shape = shapes[index];
    if (!shape) continue;
    const [, height, width, channels] = shape as [number, number, number, number];
    const corner = (at: number): number => boxes!.data[4 * region + at]!;
    const axis = (from: number, to: number, cells: number, limit: number): Taps =>
      tapsOf(rule(from, to, strides[index]!, cells, limit), cells, limit);
    const vertical = axis(corner(1), corner(3), rows, height);
    const horizontal = axis(corner(0), corner(2), columns, width);
    const mixture = emptyMixture(vertical.most * horizontal.most);
    const origin = image!.data[region]! * height;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        fillMixture(mixture, vertical, y, horizontal, x, origin, width, channels);
        if (mixture.length > 0) visit(index, mixture, (region * rows + y) * columns + x);
      }
    }
  }
}

const emptyMixture = (places: number): Mixture => ({
  offset: new Int32Array(places + 4),
  weight: new Float64Array(places + 4),
  length: 0,
});

/** The sample points of a region on an axis of `limit` cells. */
function tapsOf(grid: Grid, cells: number, limit: number): Taps {
  const { samples, origin, shift, extent, divisions, low, high } = grid;
  const points = cells * samples;
  const most = 2 * samples;
  const taps: Taps = {
    most,
    count: new Int32Array(cells),
    position: new Int32Array(cells * most),
    weight: new Float64Array(cells * most),
  };
  const share = 1 / samples;
  for (let i = 0; i < points; i++) {
    const point = origin + ((i + shift) * extent) / divisions;
    if (!(point >= low && point <= high)) continue;
    const inside = Math.min(Math.max(point, 0), limit - 1);
    const before = Math.floor(inside);
    const cell = Math.floor(i / samples);
    addTap(taps, cell, before, (1 - (inside - before)) * share);
    if (inside > before) addTap(taps, cell, before + 1, (inside - before) * share);
  }
  return taps;
}

function addTap({ most, count, position, weight }: Taps, cell: number, at: number, share: number): void {
  const first = cell * most;
  const end = first + count[cell]!;
  for (let tap = first; tap < end; tap++) {
    if (position[tap] !== at) continue;
    weight[tap]! += share;
    return;
  }
  position[end] = at;
  weight[end] = share;
  count[cell]!++;
}

function fillMixture(
  mixture: Mixture,
  vertical: Taps,
  y: number,
  horizontal: Taps,
  x: number,
  origin: number,
  width: number,
  channels: number,
): void {
  const { offset, weight } = mixture;
  let length = 0;
  for (let i = y * vertical.most, end = i + vertical.count[y]!; i < end; i++) {
    const row = (origin + vertical.position[i]!) * width;
    for (let j = x * horizontal.most, last = j + horizontal.count[x]!; j < last; j++) {
      offset[length] = (row + horizontal.position[j]!) * channels;
      weight[length++] = vertical.weight[i]! * horizontal.weight[j]!;
    }
  }
  for (const full = length; length % 4 !== 0; length++) {
    offset[length] = offset[full - 1]!;
    weight[length] = 0;
  }
  mixture.length = length;
}

/** roiAlign and its adjoint with the samples of a cell merged: each position of the map is met once a cell. */
import type { TensorData } from "../../ops/define.ts";
import type { Loops } from "./kernel.ts";

interface Sampling {
  readonly size: readonly [number, number];
  readonly sampling: number;
  readonly aligned: boolean;
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

/** `roiAlign`: [R, h, w, C]. */
export const roiAlign: Loops = (inputs, attributes, [y]) => {
  const levels = inputs.slice(0, -3);
  const out = y!.data as Float32Array;
  const channels = y!.type.shape[3]!;
  const shapes = levels.map((level) => level.type.shape);
  forEachCell(shapes, inputs.slice(-3), attributes as unknown as Sampling, (level, mixture, cell) => {
    gatherMixture(levels[level]!.data as Float32Array, mixture, out, cell * channels, channels);
  });
};

/** `roiAlignGrad`: one map a level. */
export const roiAlignGrad: Loops = ([gradient, ...regions], attributes, maps) => {
  const source = gradient!.data as Float32Array;
  const channels = gradient!.type.shape[3]!;
  const shapes = maps.map((map) => map.type.shape);
  forEachCell(shapes, regions, attributes as unknown as Sampling, (level, mixture, cell) => {
    scatterMixture(maps[level]!.data as Float32Array, mixture, source, cell * channels, channels);
  });
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
  how: Sampling,
  visit: Visit,
): void {
  const [rows, columns] = how.size;
  const [vertical, horizontal] = [emptyTaps(rows, how.sampling), emptyTaps(columns, how.sampling)];
  const mixture = emptyMixture(how.sampling);
  for (let region = 0; region < image!.data.length; region++) {
    const index = level!.data[region]!;
    const shape = shapes[index];
    if (!shape) continue;
    const [, height, width, channels] = shape as [number, number, number, number];
    const stride = how.strides[index]!;
    fillTaps(vertical, boxes!.data[4 * region + 1]!, boxes!.data[4 * region + 3]!, stride, height, how);
    fillTaps(horizontal, boxes!.data[4 * region]!, boxes!.data[4 * region + 2]!, stride, width, how);
    const origin = image!.data[region]! * height;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        fillMixture(mixture, vertical, y, horizontal, x, origin, width, channels);
        if (mixture.length > 0) visit(index, mixture, (region * rows + y) * columns + x);
      }
    }
  }
}

const emptyTaps = (cells: number, sampling: number): Taps => ({
  most: 2 * sampling,
  count: new Int32Array(cells),
  position: new Int32Array(cells * 2 * sampling),
  weight: new Float64Array(cells * 2 * sampling),
});

const emptyMixture = (sampling: number): Mixture => ({
  offset: new Int32Array(4 * sampling ** 2 + 4),
  weight: new Float64Array(4 * sampling ** 2 + 4),
  length: 0,
});

/** torchvision's sample points of a region from `from` to `to` on an axis of `limit` cells. */
function fillTaps(taps: Taps, from: number, to: number, stride: number, limit: number, how: Sampling): void {
  const cells = taps.count.length;
  const points = cells * how.sampling;
  const start = from / stride - (how.aligned ? 0.5 : 0);
  const extent = how.aligned ? (to - from) / stride : Math.max((to - from) / stride, 1);
  const share = 1 / how.sampling;
  taps.count.fill(0);
  for (let i = 0; i < points; i++) {
    const point = start + ((i + 0.5) * extent) / points;
    if (!(point >= -1 && point <= limit)) continue;
    const inside = Math.min(Math.max(point, 0), limit - 1);
    const low = Math.floor(inside);
    const cell = Math.floor(i / how.sampling);
    addTap(taps, cell, low, (1 - (inside - low)) * share);
    if (inside > low) addTap(taps, cell, low + 1, (inside - low) * share);
  }
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

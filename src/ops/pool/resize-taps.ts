/** Which pixels a resized image reads along one axis, and with what weights. */

export type ResizeMethod = "nearest" | "bilinear";

/** Position `i` of the output is `(1 - weight[i]) * x[lower[i]] + weight[i] * x[upper[i]]`. */
export interface Taps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  readonly weight: Float64Array;
}

/**
 * As torch.nn.functional.interpolate: nearest reads floor(i * from / to); bilinear reads (i + 0.5) * from / to - 0.5,
 * never below 0, or with aligned corners i * (from - 1) / (to - 1). Nearest is computed in f32, as torch and
 * TensorFlow do, for the floor makes a whole pixel of a last bit.
 */
export function resizeTaps(from: number, to: number, method: ResizeMethod, alignCorners: boolean): Taps {
  const taps = { lower: new Int32Array(to), upper: new Int32Array(to), weight: new Float64Array(to) };
  for (let i = 0; i < to; i++) {
    const place = method === "nearest" ? nearestPlace(i, from, to) : bilinearPlace(i, from, to, alignCorners);
    const lower = Math.min(Math.floor(place), from - 1);
    taps.lower[i] = lower;
    taps.upper[i] = Math.min(lower + 1, from - 1);
    taps.weight[i] = taps.upper[i] === lower ? 0 : place - lower;
  }
  return taps;
}

const nearestPlace = (i: number, from: number, to: number): number =>
  Math.floor(Math.fround(i * Math.fround(from / to)));

function bilinearPlace(i: number, from: number, to: number, alignCorners: boolean): number {
  if (alignCorners) return to > 1 ? (i * (from - 1)) / (to - 1) : 0;
  return Math.max(0, ((i + 0.5) * from) / to - 0.5);
}

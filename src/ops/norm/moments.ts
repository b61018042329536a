/** Means and variances a channel, and the gradient of normalising by them, in f64. */
import type { TensorData } from "../define.ts";

/** Over all axes but the last, the variance biased, in two passes. */
export function momentsOf(x: TensorData): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const channels = x.type.shape.at(-1)!;
  const { data } = x;
  const rows = data.length / channels;
  const mean = new Float64Array(channels);
  for (let at = 0; at < data.length; at += channels) {
    for (let c = 0; c < channels; c++) mean[c]! += data[at + c]!;
  }
  for (let c = 0; c < channels; c++) mean[c]! /= rows;
  const variance = new Float64Array(channels);
  for (let at = 0; at < data.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      const off = data[at + c]! - mean[c]!;
      variance[c]! += off * off;
    }
  }
  for (let c = 0; c < channels; c++) variance[c]! /= rows;
  return { mean, variance };
}

interface Given {
  readonly gradient: TensorData;
  readonly x: TensorData;
  readonly scale: TensorData;
  readonly mean: TensorData;
  readonly variance: TensorData;
}

/**
 * Ioffe and Szegedy 2015, section 3, simplified: with z = (x - mean) / deviation,
 * dx = scale / deviation * (dy - mean(dy) - z * mean(dy * z)).
 */
export function differenceOf(
  { gradient, x, scale, mean, variance }: Given,
  epsilon: number,
  {
    dx,
    dScale,
    dOffset,
  }: { readonly dx: TensorData; readonly dScale: TensorData; readonly dOffset: TensorData },
): void {
  const channels = scale.data.length;
  const [dy, source, centre] = [gradient.data, x.data, mean.data];
  const rows = source.length / channels;
  const inverse = Float64Array.from(variance.data, (value) => 1 / Math.sqrt(value + epsilon));
  const sum = new Float64Array(channels);
  const product = new Float64Array(channels);
  for (let at = 0; at < source.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      sum[c]! += dy[at + c]!;
      product[c]! += dy[at + c]! * (source[at + c]! - centre[c]!) * inverse[c]!;
    }
  }
  for (let at = 0; at < source.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      const z = (source[at + c]! - centre[c]!) * inverse[c]!;
      dx.data[at + c] =
        scale.data[c]! * inverse[c]! * (dy[at + c]! - sum[c]! / rows - (z * product[c]!) / rows);
    }
  }
  dScale.data.set(product);
  dOffset.data.set(sum);
}

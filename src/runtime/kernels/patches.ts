/** The pixels that each tap of a filter meets, as rows of a matrix. */
import type { View } from "../heap.ts";

/** A convolution whose input was padded and turned channel-first. */
export interface Geometry {
  /** Of the filter: [height, width, channels, output channels]. */
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Of the padded, channel-first copy of x: [channels, images, height, width]. */
  readonly padded: readonly number[];
  /** Of the output: [images, height, width, channels]. */
  readonly output: readonly number[];
}

/** Copies x [images, height, width, channels] into zeros, one plane a channel. */
export function toChannelFirst(
  x: View,
  [images, height, width, channels]: readonly number[],
  target: View,
  [, , paddedHeight, paddedWidth]: readonly number[],
  padding: readonly (readonly number[])[],
): void {
  const plane = images! * paddedHeight! * paddedWidth!;
  target.fill(0);
  for (let image = 0; image < images!; image++) {
    for (let y = 0; y < height!; y++) {
      const from = (image * height! + y) * width! * channels!;
      const to = (image * paddedHeight! + y + padding[0]![0]!) * paddedWidth! + padding[1]![0]!;
      for (let channel = 0; channel < channels!; channel++) {
        const start = channel * plane + to;
        for (let i = 0, j = from + channel; i < width!; i++, j += channels!) target[start + i] = x[j]!;
      }
    }
  }
}

/** Positions of a row of the output in `takePatches`: with stride 1 as wide as the padded image, see there. */
export const patchWidth = ({ strides, padded, output }: Geometry): number =>
  strides[0] === 1 && strides[1] === 1 ? padded[3]! : output[2]!;

/**
 * Fills `patches` [taps * channels, count * patchWidth] for the output rows `row` to `row + count`, images one after another.
 * With stride 1 the pixels that a tap meets in successive rows lie one after another, if the positions beyond the end of
 * each row are taken along; what they hold is any pixel, and the gradient there has to be 0.
 */
export function takePatches(
  padded: View,
  patches: View,
  geometry: Geometry,
  row: number,
  count: number,
): void {
  if (geometry.strides[0] === 1 && geometry.strides[1] === 1) takeRuns(padded, patches, geometry, row, count);
  else takePixels(padded, patches, geometry, row, count);
}

function takeRuns(padded: View, patches: View, geometry: Geometry, row: number, count: number): void {
  const [kernelHeight, kernelWidth, channels] = geometry.filter as [number, number, number];
  const [, images, height, width] = geometry.padded as [number, number, number, number];
  const rows = geometry.output[1]!;
  // Moves within one view of the whole heap make no object a move; there are tens of thousands.
  const heap = new Float32Array(patches.buffer);
  const [source, target] = [padded.byteOffset / 4, patches.byteOffset / 4];
  const positions = count * width;
  for (let done = 0; done < count; ) {
    const image = Math.floor((row + done) / rows);
    const first = (row + done) % rows;
    const length = Math.min(count - done, rows - first);
    for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
      const y = first + Math.floor(tap / kernelWidth) * geometry.dilations[0]!;
      const x = (tap % kernelWidth) * geometry.dilations[1]!;
      const to = target + tap * channels * positions + done * width;
      const from = source + (image * height + y) * width + x;
      for (let channel = 0; channel < channels; channel++) {
        const start = from + channel * images * height * width;
        heap.copyWithin(to + channel * positions, start, start + length * width);
      }
    }
    done += length;
  }
}

function takePixels(padded: View, patches: View, geometry: Geometry, row: number, count: number): void {
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

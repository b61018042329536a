/** Resizing of pictures, and the rule that picks the new size (torch's `F.interpolate`, torchvision's `GeneralizedRCNNTransform`). */
import { invariant } from "../support/invariant.ts";
import type { RgbImage } from "./read-image.ts";

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** In pixels; a model's `input` is one. */
export interface SizeRule {
  /** The shorter side after resizing, unless the longer would pass `longest`. */
  readonly shortest: number;
  readonly longest: number;
  /** The padded height and width are multiples of this. */
  readonly multiple: number;
}

/** Rounded down, as torch does with `recompute_scale_factor`. */
export function resizedSize({ height, width }: Size, { shortest, longest }: SizeRule): Size {
  const scale = Math.min(shortest / Math.min(height, width), longest / Math.max(height, width));
  // Of a strip so long that its short side would vanish, a pixel stays.
  const to = (side: number) => Math.max(1, Math.floor(side * scale));
  return { height: to(height), width: to(width) };
}

/** The resized size, rounded up to the multiple: the bucket that an image of `size` goes to. */
export function paddedSize(size: Size, rule: SizeRule): Size {
  const { height, width } = resizedSize(size, rule);
  const up = (side: number) => Math.ceil(side / rule.multiple) * rule.multiple;
  return { height: up(height), width: up(width) };
}

/** For each new index, the old index that "nearest" takes. Single precision, as in torch. */
export function nearestSources(oldSide: number, newSide: number): Int32Array {
  const scale = Math.fround(oldSide / newSide);
  return Int32Array.from({ length: newSide }, (_, index) =>
    Math.min(Math.floor(Math.fround(index * scale)), oldSide - 1),
  );
}

/** For each new index, the two old ones that it lies between. */
export interface Taps {
  readonly before: Int32Array;
  readonly after: Int32Array;
  /** Weight of `after`; `before` has the rest. */
  readonly weight: Float32Array;
}

/** The two old indices that each new index lies between, pixel centres at halves (`align_corners=False`). */
export function linearTaps(oldSide: number, newSide: number): Taps {
  const [before, after] = [new Int32Array(newSide), new Int32Array(newSide)];
  const weight = new Float32Array(newSide);
  const scale = Math.fround(oldSide / newSide);
  for (let index = 0; index < newSide; index++) {
    const source = Math.max(0, Math.fround(scale * (index + 0.5)) - 0.5);
    before[index] = Math.min(Math.floor(source), oldSide - 1);
    after[index] = Math.min(before[index]! + 1, oldSide - 1);
    weight[index] = oldSide === newSide ? 0 : source - before[index]!;
  }
  return { before, after, weight };
}

/** Picture of `channels` interleaved values a pixel, rows first. */
interface Picture extends Size {
  readonly channels: number;
  readonly data: Float32Array | Uint8Array;
}

/**
 * Bilinear without antialiasing. Writes `size.height` rows of `size.width` pixels into `target` from `offset` on,
 * rows `rowStride` values apart.
 */
export function resizeBilinear(
  source: Picture,
  size: Size,
  target: Float32Array,
  offset = 0,
  rowStride = size.width * source.channels,
): void {
  const { channels, data } = source;
  if (source.height === size.height && source.width === size.width) {
    // Every weight is 0 then, and an image of the right size is common.
    const row = size.width * channels;
    for (let y = 0; y < size.height; y++)
      target.set(data.subarray(y * row, (y + 1) * row), offset + y * rowStride);
    return;
  }
  const [rows, columns] = [linearTaps(source.height, size.height), linearTaps(source.width, size.width)];
  for (let y = 0; y < size.height; y++) {
    const upper = rows.before[y]! * source.width * channels;
    const lower = rows.after[y]! * source.width * channels;
    const down = rows.weight[y]!;
    let out = offset + y * rowStride;
    for (let x = 0; x < size.width; x++) {
      const [left, right] = [columns.before[x]! * channels, columns.after[x]! * channels];
      const along = columns.weight[x]!;
      for (let channel = 0; channel < channels; channel++) {
        const above = data[upper + left + channel]! * (1 - along) + data[upper + right + channel]! * along;
        const below = data[lower + left + channel]! * (1 - along) + data[lower + right + channel]! * along;
        target[out++] = above * (1 - down) + below * down;
      }
    }
  }
}

/** Writes `image`, resized to `size`, into image `index` of a batch `[N, bucket.height, bucket.width, 3]`, at the upper left. */
export function resizeIntoBatch(
  image: RgbImage,
  size: Size,
  batch: Float32Array,
  index: number,
  bucket: Size,
): void {
  invariant(size.height <= bucket.height && size.width <= bucket.width, "an image is larger than its bucket");
  const rowStride = bucket.width * 3;
  resizeBilinear({ ...image, channels: 3 }, size, batch, index * bucket.height * rowStride, rowStride);
}

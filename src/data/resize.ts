/** Resizing of pictures, and the rule that picks the new size (torch's `F.interpolate`, torchvision's `GeneralizedRCNNTransform`). */

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

/** Part of a resized picture. */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * Bilinear without antialiasing. Writes the rows of `window`, a part of the picture resized to `size`, into `target` from
 * `offset` on, rows `rowStride` values apart.
 */
export function resizeBilinear(
  source: Picture,
  size: Size,
  target: Float32Array,
  offset = 0,
  rowStride = size.width * source.channels,
  window: Window = { ...size, left: 0, top: 0 },
): void {
  const { channels, data } = source;
  const [bottom, right] = [window.top + window.height, window.left + window.width];
  if (source.height === size.height && source.width === size.width) {
    // Every weight is 0 then, and an image of the right size is common.
    for (let y = window.top; y < bottom; y++) {
      const row = y * size.width;
      const part = data.subarray((row + window.left) * channels, (row + right) * channels);
      target.set(part, offset + (y - window.top) * rowStride);
    }
    return;
  }
  const [rows, columns] = [linearTaps(source.height, size.height), linearTaps(source.width, size.width)];
  for (let y = window.top; y < bottom; y++) {
    const upper = rows.before[y]! * source.width * channels;
    const lower = rows.after[y]! * source.width * channels;
    const down = rows.weight[y]!;
    let out = offset + (y - window.top) * rowStride;
    for (let x = window.left; x < right; x++) {
      const [before, after] = [columns.before[x]! * channels, columns.after[x]! * channels];
      const along = columns.weight[x]!;
      for (let channel = 0; channel < channels; channel++) {
        const above = data[upper + before + channel]! * (1 - along) + data[upper + after + channel]! * along;
        const below = data[lower + before + channel]! * (1 - along) + data[lower + after + channel]! * along;
        target[out++] = above * (1 - down) + below * down;
      }
    }
  }
}

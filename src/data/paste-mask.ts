/** Putting a mask head's output into its image (torchvision's `paste_masks_in_image`). */
import { encodeColumns, type RunLengths } from "../support/run-lengths.ts";
import { linearTaps, type Size, type Taps } from "./resize.ts";

/** Zeros around the mask, so that its border is interpolated too. */
const PADDING = 1;

/** Box grown with the mask's padding, in whole pixels towards zero; single precision, on which the truncation depends. */
function expandBox(box: readonly number[], scale: number): readonly [number, number, number, number] {
  const f = Math.fround;
  const [x1, y1, x2, y2] = box.map(f) as [number, number, number, number];
  const axis = (low: number, high: number): [number, number] => {
    const half = f(f(f(high - low) * 0.5) * f(scale));
    const centre = f(f(high + low) * 0.5);
    return [Math.trunc(f(centre - half)), Math.trunc(f(centre + half))];
  };
  const [left, right] = axis(x1, x2);
  const [top, bottom] = axis(y1, y2);
  return [left, top, right, bottom];
}

/**
 * `mask [side, side]` holds probabilities; `box` is in pixels of the image of `size`.
 * A pixel of the result is 1 where the interpolated probability is above `threshold`.
 */
export function pasteMask(
  mask: Float32Array,
  side: number,
  box: readonly [number, number, number, number],
  size: Size,
  threshold: number,
): RunLengths {
  const padded = side + 2 * PADDING;
  const source = padMask(mask, side);
  const [left, top, right, bottom] = expandBox(box, padded / side);
  const columns = linearTaps(padded, Math.max(right - left + 1, 1));
  const rows = linearTaps(padded, Math.max(bottom - top + 1, 1));
  const window = {
    left: Math.max(left, 0),
    top: Math.max(top, 0),
    right: Math.min(left + columns.weight.length, size.width),
    bottom: Math.min(top + rows.weight.length, size.height),
  };
  const stretched = new Float64Array(padded);
  const bands = bandsOf(rows, window.top - top, window.bottom - top);
  return encodeColumns(size, window, (x, put) => {
    const [before, after, along] = [columns.before, columns.after, columns.weight].map((of) => of[x - left]!);
    for (let row = 0; row < padded; row++)
      stretched[row] =
        source[row * padded + before!]! * (1 - along!) + source[row * padded + after!]! * along!;
    for (const { first, last, above, below } of bands) {
      const [upper, lower] = [stretched[above]!, stretched[below]!];
      // What lies between two values is on their side of the threshold.
      if (Math.min(upper, lower) > threshold + ROUNDING) put(1, last - first);
      else if (Math.max(upper, lower) < threshold - ROUNDING) put(0, last - first);
      else
        for (let y = first; y < last; y++) {
          const down = rows.weight[y]!;
          put(Math.fround(upper * (1 - down) + lower * down) > threshold ? 1 : 0, 1);
        }
    }
  });
}

/** More than single precision rounds a probability by. */
const ROUNDING = 1e-6;

/** Rows of the picture from `first` on, before `last`, that lie between the same two rows of the mask. */
interface Band {
  readonly first: number;
  readonly last: number;
  readonly above: number;
  readonly below: number;
}

function bandsOf({ before, after }: Taps, from: number, to: number): readonly Band[] {
  const bands: Band[] = [];
  for (let first = from; first < to; ) {
    const [above, below] = [before[first]!, after[first]!];
    let last = first + 1;
    while (last < to && before[last] === above && after[last] === below) last++;
    bands.push({ first, last, above, below });
    first = last;
  }
  return bands;
}

function padMask(mask: Float32Array, side: number): Float32Array {
  const padded = side + 2 * PADDING;
  const source = new Float32Array(padded * padded);
  for (let row = 0; row < side; row++)
    source.set(mask.subarray(row * side, (row + 1) * side), (row + PADDING) * padded + PADDING);
  return source;
}

/** Putting a mask head's output into its image (torchvision's `paste_masks_in_image`). */
import type { BinaryPicture } from "../support/run-lengths.ts";
import { resizeBilinear, type Size } from "./resize.ts";

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
): BinaryPicture {
  const padded = side + 2 * PADDING;
  const source = new Float32Array(padded * padded);
  for (let row = 0; row < side; row++) {
    source.set(mask.subarray(row * side, (row + 1) * side), (row + PADDING) * padded + PADDING);
  }
  const [left, top, right, bottom] = expandBox(box, padded / side);
  const [width, height] = [Math.max(right - left + 1, 1), Math.max(bottom - top + 1, 1)];
  const resized = new Float32Array(width * height);
  resizeBilinear({ height: padded, width: padded, channels: 1, data: source }, { height, width }, resized);
  const data = new Uint8Array(size.height * size.width);
  for (let y = Math.max(top, 0); y < Math.min(top + height, size.height); y++) {
    for (let x = Math.max(left, 0); x < Math.min(left + width, size.width); x++) {
      if (resized[(y - top) * width + x - left]! > threshold) data[y * size.width + x] = 1;
    }
  }
  return { height: size.height, width: size.width, data };
}

/** Putting a mask head's output into its image without rounding its box (Detectron2's `paste_masks_in_image`). */
import { encodeColumns, type RunLengths } from "../support/run-lengths.ts";
import type { Size } from "./resize.ts";

/**
 * `mask [side, side]` holds probabilities; `box` is in pixels of the image of `size`. A pixel of the result is 1 where
 * the mask, interpolated at the pixel's centre and 0 beyond its border, is at least `threshold`.
 */
export function pasteMaskSampled(
  mask: Float32Array,
  side: number,
  box: readonly [number, number, number, number],
  size: Size,
  threshold: number,
): RunLengths {
  const [left, top, right, bottom] = box;
  const rows = samplesOf(top, bottom, side, size.height);
  const columns = samplesOf(left, right, side, size.width);
  const at = (row: number, column: number): number =>
    row < 0 || column < 0 || row >= side || column >= side ? 0 : mask[row * side + column]!;
  const window = {
    left: columns[0]?.[0] ?? 0,
    top: rows[0]?.[0] ?? 0,
    right: (columns.at(-1)?.[0] ?? -1) + 1,
    bottom: (rows.at(-1)?.[0] ?? -1) + 1,
  };
  return encodeColumns(size, window, (x, put) => {
    const u = columns[x - window.left]![1];
    const [column, along] = [Math.floor(u), u - Math.floor(u)];
    for (const [, v] of rows) {
      const [row, down] = [Math.floor(v), v - Math.floor(v)];
      const above = at(row, column) * (1 - along) + at(row, column + 1) * along;
      const below = at(row + 1, column) * (1 - along) + at(row + 1, column + 1) * along;
      put(above * (1 - down) + below * down >= threshold ? 1 : 0, 1);
    }
  });
}

/** Pixels of the image whose centres the mask reaches, each with its place in the mask; cells have their centres at whole numbers. */
function samplesOf(low: number, high: number, side: number, limit: number): (readonly [number, number])[] {
  const scale = side / (high - low);
  const margin = 1 / scale;
  const [from, to] = [Math.max(0, Math.floor(low - margin)), Math.min(limit, Math.ceil(high + margin))];
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => {
    const pixel = from + index;
    return [pixel, (pixel + 0.5 - low) * scale - 0.5] as const;
  });
}

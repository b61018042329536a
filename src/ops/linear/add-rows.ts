/** The inner loop of every product: a row plus a sum of scaled rows. */
import type { TensorData } from "../define.ts";

/**
 * Adds `sum over c < count of scales[scaleAt + c * scaleStep] * rows[rowsAt + c * width ..]` to the `width` entries of
 * `total` from `totalAt` on. Four rows at a time, so that the total is loaded and stored a quarter as often.
 */
export function addRows(
  total: Float64Array,
  totalAt: number,
  width: number,
  rows: TensorData["data"],
  rowsAt: number,
  scales: TensorData["data"],
  scaleAt: number,
  scaleStep: number,
  count: number,
): void {
  let c = 0;
  for (; c + 4 <= count; c += 4) {
    const s = scaleAt + c * scaleStep;
    const a = scales[s]!;
    const b = scales[s + scaleStep]!;
    const d = scales[s + 2 * scaleStep]!;
    const e = scales[s + 3 * scaleStep]!;
    const first = rowsAt + c * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    for (let k = 0; k < width; k++) {
      total[totalAt + k]! +=
        a * rows[first + k]! + b * rows[second + k]! + d * rows[third + k]! + e * rows[fourth + k]!;
    }
  }
  for (; c < count; c++) {
    const a = scales[scaleAt + c * scaleStep]!;
    const first = rowsAt + c * width;
    for (let k = 0; k < width; k++) total[totalAt + k]! += a * rows[first + k]!;
  }
}

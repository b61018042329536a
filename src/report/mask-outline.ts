/** The outline of a binary mask as a smooth path. */
import { contours } from "d3-contour";
import { cropMask, type MaskCrop } from "../data/mask-crop.ts";
import type { RunLengths } from "../support/run-lengths.ts";

/** Empty pixels around the mask, in which contours close. */
const margin = 2;

/** SVG path in enlarged pixels, empty for an empty mask. */
export function maskOutline(mask: RunLengths, scale: number): string {
  const crop = cropMask(mask);
  if (crop.width === 0) return "";
  const size: [number, number] = [crop.width + 2 * margin, crop.height + 2 * margin];
  const [contour] = contours().size(size).thresholds([0.5])(soften(crop));
  const point = ([x, y]: number[]) =>
    `${((x! + crop.x - margin) * scale).toFixed(1)},${((y! + crop.y - margin) * scale).toFixed(1)}`;
  return contour!.coordinates
    .flatMap((polygon) => polygon.map((ring) => `M${ring.map(point).join("L")}Z`))
    .join("");
}

/** Weights 1 2 1 over rows and columns take the stairs out of the outline; a lone pixel stays above the threshold. */
function soften({ width, height, data }: MaskCrop): number[] {
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]!;
  const values: number[] = [];
  for (let y = -margin; y < height + margin; y++) {
    for (let x = -margin; x < width + margin; x++) {
      const centre = at(x, y);
      const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      values.push(centre * 0.52 + (sides * 2 + corners) * 0.04);
    }
  }
  return values;
}

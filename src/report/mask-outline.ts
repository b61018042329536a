/** The outline of a binary mask as a smooth path. */
import { contours } from "d3-contour";
import type { Detection } from "../data/dataset.ts";

type Mask = NonNullable<Detection["mask"]>;

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** SVG path in enlarged pixels, empty for an empty mask. */
export function maskOutline(mask: Mask, scale: number): string {
  const frame = frameOf(mask);
  if (!frame) return "";
  const [contour] = contours().size([frame.width, frame.height]).thresholds([0.5])(soften(mask, frame));
  const point = ([x, y]: number[]) =>
    `${((x! + frame.left) * scale).toFixed(1)},${((y! + frame.top) * scale).toFixed(1)}`;
  return contour!.coordinates
    .flatMap((polygon) => polygon.map((ring) => `M${ring.map(point).join("L")}Z`))
    .join("");
}

/** The rectangle of the mask with two empty pixels around it, in which contours close. */
function frameOf({ width, height, data }: Mask): Frame | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  return { left: left - 2, top: top - 2, width: right - left + 5, height: bottom - top + 5 };
}

/** Weights 1 2 1 over rows and columns take the stairs out of the outline; a lone pixel stays above the threshold. */
function soften({ width, height, data }: Mask, frame: Frame): number[] {
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]! && 1;
  const values: number[] = [];
  for (let y = frame.top; y < frame.top + frame.height; y++) {
    for (let x = frame.left; x < frame.left + frame.width; x++) {
      const centre = at(x, y);
      const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      values.push(centre * 0.52 + (sides * 2 + corners) * 0.04);
    }
  }
  return values;
}

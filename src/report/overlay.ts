/** Detections drawn over their image: masks with outlines, boxes, and labels with class and score. */
import { composeSvg, type RgbImage } from "../data/compose.ts";
import type { Detection } from "../data/dataset.ts";
import { maskOutline } from "./mask-outline.ts";
import { type Lettering, openLettering } from "./outlined-text.ts";
import { instanceColour } from "./palette.ts";
import { placeLabels, type Rectangle } from "./place-labels.ts";

/** Small images are enlarged by a whole factor until the longer side has so many pixels. */
const leastSide = 768;

interface Style {
  readonly scale: number;
  readonly stroke: number;
  readonly letters: number;
  readonly lettering: Lettering;
}

/** PNG of `image` with `detections`; the surest one is on top. Categories are by `Detection.category`. */
export async function drawOverlay(
  image: RgbImage,
  detections: readonly Detection[],
  categories: readonly { readonly name: string }[],
): Promise<Buffer> {
  const longer = Math.max(image.width, image.height);
  const scale = Math.max(1, Math.ceil(leastSide / longer));
  const side = longer * scale;
  const style: Style = { scale, stroke: side / 480, letters: side / 64, lettering: openLettering("bold") };
  const size = { width: image.width * scale, height: image.height * scale };
  const surestLast = [...detections].sort((a, b) => a.score - b.score);
  const shapes = surestLast.map((detection, index) => drawShape(detection, index, style));
  const labels = drawLabels(surestLast, categories, size, style);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${shapes.join("")}${labels}</svg>`;
  return composeSvg(image, svg, scale);
}

function rectangleOf({ box: [x1, y1, x2, y2] }: Detection, scale: number): Rectangle {
  return { x: x1 * scale, y: y1 * scale, width: (x2 - x1) * scale, height: (y2 - y1) * scale };
}

function drawShape(detection: Detection, index: number, { scale, stroke }: Style): string {
  const { line } = instanceColour(index);
  const outline = detection.mask ? maskOutline(detection.mask, scale) : "";
  const mask = outline
    ? `<path d="${outline}" fill="${line}" fill-opacity="0.32" fill-rule="evenodd" stroke="${line}" stroke-width="${stroke * 1.2}"/>`
    : "";
  const { x, y, width, height } = rectangleOf(detection, scale);
  // A dark line below the coloured one keeps it visible on any ground.
  const box = (colour: string, thickness: number, opacity: number) =>
    `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="none" stroke="${colour}" stroke-width="${thickness.toFixed(1)}" stroke-opacity="${opacity}"/>`;
  return `${mask}${box("#000000", stroke * 1.8, 0.35)}${box(line, stroke, 0.95)}`;
}

function drawLabels(
  detections: readonly Detection[],
  categories: readonly { readonly name: string }[],
  size: { readonly width: number; readonly height: number },
  { scale, letters, lettering, stroke }: Style,
): string {
  const margin = letters * 0.28;
  const texts = detections.map(
    ({ category, score }) => `${categories[category]?.name ?? category} ${score.toFixed(2)}`,
  );
  const requests = detections.map((detection, index) => ({
    box: rectangleOf(detection, scale),
    width: lettering.width(texts[index]!, letters) + 2 * margin,
    height: letters * 1.32,
  }));
  // The surest first, so that they get the best places.
  const places = placeLabels(requests.toReversed(), size).toReversed();
  return places
    .map(({ x, y, width, height }, index) => {
      const { line, ink } = instanceColour(index);
      const text = lettering.path(texts[index]!, x + margin, y + letters * 1.02, letters);
      const plate = `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="${stroke}" fill="${line}" fill-opacity="0.88"/>`;
      return `${plate}<path d="${text}" fill="${ink}"/>`;
    })
    .join("");
}

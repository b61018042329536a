/** What every data set must hold to, whatever file it comes from: boxes within their images, images that exist and have the stated size. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose, type Where } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PlacedImage } from "./annotation-file.ts";
import type { TruthObject } from "./dataset.ts";
import { readImageSize } from "./read-image.ts";

/** Rounding in annotation tools puts corners up to this many pixels outside. */
const OUTSIDE_TOLERANCE = 1;

/** In pixels. Shorter sides vanish in single precision, and the size of a box is divided by. */
const LEAST_SIDE = 0.01;

/** Image heads read at a time. */
const CONCURRENCY = 16;

export function checkBox(
  box: TruthObject["box"],
  image: { readonly width: number; readonly height: number },
  place: string,
  where: Where = {},
): Diagnostic[] {
  const [x1, y1, x2, y2] = box;
  const { width, height } = image;
  if (x2 < x1 || y2 < y1) return [diagnose(dataCodes, "data/empty-box", { place, box }, where)];
  const outside = Math.max(-x1, -y1, x2 - width, y2 - height);
  if (outside <= OUTSIDE_TOLERANCE) return [];
  return [diagnose(dataCodes, "data/outside-image", { place, box, width, height }, where)];
}

/**
 * Leaves out boxes without area, as torchvision's reference does (`coco_utils.py`; COCO has two), and says how many:
 * their size is divided by. One warning for the whole data set.
 */
export function withoutFlat(
  path: string,
  images: readonly PlacedImage[],
): { readonly images: readonly PlacedImage[]; readonly diagnostics: readonly Diagnostic[] } {
  const isFlat = ({ box: [x1, y1, x2, y2] }: TruthObject): boolean => {
    const least = Math.min(x2 - x1, y2 - y1);
    return least >= 0 && least < LEAST_SIDE;
  };
  const flat = images.flatMap(({ image }) =>
    image.objects.filter(isFlat).map(({ id }) => ({ id, fileName: image.fileName })),
  );
  const [first] = flat;
  if (!first) return { images, diagnostics: [] };
  const kept = images.map(({ image, ...rest }) => ({
    ...rest,
    image: { ...image, objects: image.objects.filter((object) => !isFlat(object)) },
  }));
  return {
    images: kept,
    diagnostics: [diagnose(dataCodes, "data/flat-boxes", { path, count: flat.length, ...first })],
  };
}

/** A polygon reaches outside under the rule of boxes. */
export function checkPolygons(
  polygons: readonly (readonly number[])[],
  image: { readonly width: number; readonly height: number },
  place: string,
): Diagnostic[] {
  const { width, height } = image;
  for (const polygon of polygons) {
    const infinity = Number.POSITIVE_INFINITY;
    const box = [infinity, infinity, -infinity, -infinity] as [number, number, number, number];
    for (let index = 0; index < polygon.length; index += 2) {
      const [x, y] = [polygon[index]!, polygon[index + 1]!];
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    if (Math.max(-box[0], -box[1], box[2] - width, box[3] - height) > OUTSIDE_TOLERANCE)
      return [diagnose(dataCodes, "data/outside-image", { place, box, width, height })];
  }
  return [];
}

/** Opens the head of every image file. */
export async function checkImages(images: readonly PlacedImage[]): Promise<Diagnostic[]> {
  const found: Diagnostic[][] = [];
  let next = 0;
  const worker = async () => {
    while (next < images.length) {
      const index = next++;
      found[index] = await checkImage(images[index]!);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return found.flat();
}

async function checkImage({ image, place, where }: PlacedImage): Promise<Diagnostic[]> {
  const { path } = image;
  const { value, diagnostics } = await readImageSize(path);
  if (!value)
    return diagnostics.map((diagnostic) => ({ ...diagnostic, ...(where?.span && { span: where.span }) }));
  if (value.width === image.width && value.height === image.height) return [];
  const stated = `${image.width} x ${image.height}`;
  const actual = `${value.width} x ${value.height}`;
  return [diagnose(dataCodes, "data/size-mismatch", { place, path, stated, actual }, where)];
}

/** What the model learns masks from must have one. Where none has, the data set is of another kind, which is one message. */
export function checkSegmentations(name: string, images: readonly PlacedImage[]): Diagnostic[] {
  const objects = images.flatMap(({ image }) => image.objects.filter(({ crowd }) => !crowd));
  if (objects.length > 1 && !objects.some(({ segmentation }) => segmentation)) {
    const place = `Each of the ${objects.length} objects of \`${name}\``;
    return [diagnose(dataCodes, "data/missing-segmentation", { place })];
  }
  return images.flatMap(({ image, place, where }) =>
    image.objects
      .filter((object) => !object.crowd && !object.segmentation)
      .map((object) =>
        diagnose(dataCodes, "data/missing-segmentation", { place: `Object ${object.id} of ${place}` }, where),
      ),
  );
}

/** What every data set must hold to, whatever file it comes from: boxes within their images, images that exist and have the stated size. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose, type Where } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PlacedImage } from "./annotation-file.ts";
import type { TruthObject } from "./dataset.ts";
import { readImageSize } from "./read-image.ts";

/** Rounding in annotation tools puts corners up to this many pixels outside. */
const OUTSIDE_TOLERANCE = 1;

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
  if (!(x2 > x1 && y2 > y1)) return [diagnose(dataCodes, "data/empty-box", { place, box }, where)];
  const outside = Math.max(-x1, -y1, x2 - width, y2 - height);
  if (outside <= OUTSIDE_TOLERANCE) return [];
  return [diagnose(dataCodes, "data/outside-image", { place, box, width, height }, where)];
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

/** What the model learns masks from must have one. */
export function checkSegmentations(images: readonly PlacedImage[]): Diagnostic[] {
  return images.flatMap(({ image, place, where }) =>
    image.objects
      .filter((object) => !object.crowd && !object.segmentation)
      .map((object) =>
        diagnose(dataCodes, "data/missing-segmentation", { place: `Object ${object.id} of ${place}` }, where),
      ),
  );
}

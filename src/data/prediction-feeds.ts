/** Images as `predict` takes them, and the way of its boxes back to them. */
import type { Feeds } from "./batch.ts";
import type { RgbImage } from "./read-image.ts";
import { resizedSize, resizeIntoBatch, type Size, type SizeRule } from "./resize.ts";

/** Factors from resized pixels to pixels of the image file. */
export interface Scale {
  readonly x: number;
  readonly y: number;
}

/**
 * `images` f32 `[N, H, W, 3]` (RGB, 0 to 255, resized, zero in the padding) and `imageSizes` f32 `[N, 2]` (height and
 * width after resizing), with one scale an image. Every image must fit into `bucket` after resizing (`paddedSize`).
 */
export function makePredictionFeeds(
  images: readonly RgbImage[],
  rule: SizeRule,
  bucket: Size,
): { readonly feeds: Feeds; readonly scales: readonly Scale[] } {
  const sizes = images.map((image) => resizedSize(image, rule));
  const data = new Float32Array(images.length * bucket.height * bucket.width * 3);
  for (const [index, image] of images.entries()) resizeIntoBatch(image, sizes[index]!, data, index, bucket);
  const imageSizes = Float32Array.from(sizes.flatMap((size) => [size.height, size.width]));
  const feeds: Feeds = {
    images: { dtype: "f32", shape: [images.length, bucket.height, bucket.width, 3], data },
    imageSizes: { dtype: "f32", shape: [images.length, 2], data: imageSizes },
  };
  // Single precision, as torchvision's `resize_boxes`.
  const scales = images.map((image, index) => ({
    x: Math.fround(image.width / sizes[index]!.width),
    y: Math.fround(image.height / sizes[index]!.height),
  }));
  return { feeds, scales };
}

/** A detected box `[x1, y1, x2, y2]` in pixels of the image file. */
export function scaleBox(box: ArrayLike<number>, { x, y }: Scale): readonly [number, number, number, number] {
  const f = Math.fround;
  return [f(box[0]! * x), f(box[1]! * y), f(box[2]! * x), f(box[3]! * y)];
}

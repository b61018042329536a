/** Images as `predict` takes them, and the way of its boxes back to them. */
import { invariant } from "../support/invariant.ts";
import type { Feeds } from "./batch.ts";
import type { RgbImage } from "./read-image.ts";
import { resizeBilinear, resizedSize, type Size, type SizeRule } from "./resize.ts";

/** Factors from resized pixels to pixels of the image file. */
export interface Scale {
  readonly x: number;
  readonly y: number;
}

/** One image as it is fed. */
export interface ResizedImage {
  /** `[H, W, 3]` of the bucket: RGB, 0 to 255, zero in the padding. */
  readonly data: Float32Array;
  /** In the upper left corner. */
  readonly size: Size;
  readonly scale: Scale;
}

/** The image must fit into `bucket` after resizing (`paddedSize`). */
export function resizeForPrediction(image: RgbImage, rule: SizeRule, bucket: Size): ResizedImage {
  const size = resizedSize(image, rule);
  invariant(size.height <= bucket.height && size.width <= bucket.width, "an image is larger than its bucket");
  const data = new Float32Array(bucket.height * bucket.width * 3);
  resizeBilinear({ ...image, channels: 3 }, size, data, 0, bucket.width * 3);
  // Single precision, as torchvision's `resize_boxes`.
  const scale = { x: Math.fround(image.width / size.width), y: Math.fround(image.height / size.height) };
  return { data, size, scale };
}

/** `images` f32 `[N, H, W, 3]` and `imageSizes` f32 `[N, 2]`, height and width after resizing. */
export function predictionFeeds(images: readonly ResizedImage[], { height, width }: Size): Feeds {
  const stride = height * width * 3;
  const data = images.length === 1 ? images[0]!.data : new Float32Array(images.length * stride);
  if (images.length > 1) for (const [index, image] of images.entries()) data.set(image.data, index * stride);
  const sizes = Float32Array.from(images.flatMap(({ size }) => [size.height, size.width]));
  return {
    images: { dtype: "f32", shape: [images.length, height, width, 3], data },
    imageSizes: { dtype: "f32", shape: [images.length, 2], data: sizes },
  };
}

/** A detected box `[x1, y1, x2, y2]` in pixels of the image file. */
export function scaleBox(box: ArrayLike<number>, { x, y }: Scale): readonly [number, number, number, number] {
  const f = Math.fround;
  return [f(box[0]! * x), f(box[1]! * y), f(box[2]! * x), f(box[3]! * y)];
}

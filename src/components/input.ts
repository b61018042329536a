/** The image input: normalised pixels, zero beyond each image's own size (torchvision's `GeneralizedRCNNTransform`). */
import type { Value } from "../ir/types.ts";
import type { LowerContext } from "./context.ts";
import { iota } from "./rows.ts";

export interface ImageInput {
  /** `[N, H, W, 3]`, normalised and padded with zeros. */
  readonly images: Value;
  /** `[N, 2]`: height and width of each image after resizing, in pixels. */
  readonly sizes: Value;
}

export function lowerInput(context: LowerContext): ImageInput {
  const { batch: n, height, width } = context.bucket;
  const b = context.at("input");
  const pixels = b.input(
    "images",
    { dtype: "f32", shape: [n, height, width, 3] },
    "RGB pixels, 0 to 255, resized; padding below and to the right may hold anything",
  );
  const sizes = b.input(
    "imageSizes",
    { dtype: "f32", shape: [n, 2] },
    "height and width of each resized image in pixels, without padding",
  );
  const { scale, mean, deviation, order } = context.model.input;
  const scaled = b.mul(order === "rgb" ? pixels : reverseChannels(context, pixels), scale);
  const normalized = b.div(
    b.sub(scaled, b.constant(mean, "f32", [1, 1, 1, 3])),
    b.constant(deviation, "f32", [1, 1, 1, 3]),
  );
  // `select`, not a product: padding that holds NaN must not reach the image.
  return { images: b.select(insideImages(context, sizes), normalized, 0), sizes };
}

function reverseChannels(context: LowerContext, pixels: Value): Value {
  const b = context.at("input.order");
  const [n, height, width] = pixels.type.shape as [number, number, number];
  const channel = (index: number) =>
    b.slice(pixels, { begin: [0, 0, 0, index], size: [n, height, width, 1] });
  return b.concat([channel(2), channel(1), channel(0)], { axis: 3 });
}

/** bool `[N, H, W, 1]`. */
function insideImages(context: LowerContext, sizes: Value): Value {
  const { batch: n, height, width } = context.bucket;
  const b = context.at("input");
  const side = (index: number) =>
    b.reshape(b.slice(sizes, { begin: [0, index], size: [n, 1] }), { shape: [n, 1, 1, 1] });
  const rows = b.less(b.constant(iota(height), "f32", [1, height, 1, 1]), side(0));
  const columns = b.less(b.constant(iota(width), "f32", [1, 1, width, 1]), side(1));
  return b.logicalAnd(rows, columns);
}

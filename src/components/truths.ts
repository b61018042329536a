/** The true objects of a batch, padded to G an image, as inputs of the training graph. */
import type { Value } from "../ir/types.ts";
import type { LowerContext } from "./context.ts";

export interface Truths {
  /** `[N, G, 4]` pixels of the resized image. */
  readonly boxes: Value;
  /** i32 `[N, G]`: class from 1; 0 where there is none. */
  readonly labels: Value;
  /** bool `[N, G]`. */
  readonly exists: Value;
}

/** The masks of the objects, each cropped to its own box, one after another. */
export interface TruthMasks {
  /** bool `[P]`. */
  readonly pixels: Value;
  /** i32 `[N, G]`: where each object's crop begins. */
  readonly offsets: Value;
  /** i32 `[N, G, 4]`: x, y, width, height of each crop; width 0 where there is none. */
  readonly crops: Value;
}

export function lowerTruths(context: LowerContext): Truths {
  const { batch: n, objects: g } = context.bucket;
  const b = context.at("truths");
  const boxes = b.input(
    "truthBoxes",
    { dtype: "f32", shape: [n, g, 4] },
    "true boxes x1, y1, x2, y2 in pixels of the resized image",
  );
  const labels = b.input(
    "truthLabels",
    { dtype: "i32", shape: [n, g] },
    "class of each true object, from 1; 0 is padding",
  );
  return { boxes, labels, exists: b.greater(labels, 0) };
}

export function lowerTruthMasks(context: LowerContext): TruthMasks {
  const { batch: n, objects: g, pixels } = context.bucket;
  const b = context.at("truths");
  return {
    pixels: b.input(
      "truthPixels",
      { dtype: "bool", shape: [pixels] },
      "masks of all objects, each cropped to its own box, rows first, one after another",
    ),
    offsets: b.input("truthOffsets", { dtype: "i32", shape: [n, g] }, "first pixel of each object's mask"),
    crops: b.input(
      "truthCrops",
      { dtype: "i32", shape: [n, g, 4] },
      "x, y, width, height of each object's mask in the resized image; width 0 is padding",
    ),
  };
}

/** Uniform noise in [0, 1): `[N, count]`. */
export function lowerNoise(context: LowerContext, name: string, count: number): Value {
  return context
    .at("truths")
    .input(
      name,
      { dtype: "f32", shape: [context.bucket.batch, count] },
      "uniform in [0, 1), drawn by the host",
    );
}

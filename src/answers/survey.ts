/** What a first config needs to know of a data set: classes, and sizes of its images and boxes. */
import type { Dataset } from "../data/dataset.ts";

export interface Survey {
  readonly categories: readonly string[];
  readonly images: number;
  /** Objects that are trained on. */
  readonly objects: number;
  /** Whether each of them has an outline. */
  readonly outlined: boolean;
  /** Shorter and longer sides of the images in pixels, ascending. */
  readonly shorter: readonly number[];
  readonly longer: readonly number[];
  /** Of each box, the image's shorter side beside it: square root of the area in pixels. */
  readonly boxes: readonly { readonly size: number; readonly ratio: number; readonly shorter: number }[];
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

export function surveyOf({ categories, images }: Dataset): Survey {
  const objects = images.flatMap((image) =>
    image.objects.filter(({ crowd }) => !crowd).map((object) => ({ object, image })),
  );
  const boxes = objects.flatMap(({ object: { box }, image }) => {
    const [width, height] = [box[2] - box[0], box[3] - box[1]];
    const shorter = Math.min(image.width, image.height);
    return width > 0 && height > 0
      ? [{ size: Math.sqrt(width * height), ratio: height / width, shorter }]
      : [];
  });
  return {
    categories: categories.map(({ name }) => name),
    images: images.length,
    objects: objects.length,
    outlined: objects.every(({ object }) => object.segmentation !== undefined),
    shorter: ascending(images.map(({ width, height }) => Math.min(width, height))),
    longer: ascending(images.map(({ width, height }) => Math.max(width, height))),
    boxes,
  };
}

/** The value below which a share of them lies; `values` ascend and are not empty. */
export const quantile = (values: readonly number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(share * values.length))]!;

/** Pixels between the cells of the finest level that an RPN reads; each next one has twice as many. */
const finest = 4;
/** A level sees objects at least so much larger than the one before it. */
const growth = 1.25;

/**
 * Sides of square anchors in pixels of the resized image, one a level: box sizes cut into as many equal parts. No side
 * is less than the stride of its level, between whose cells objects would lie, or more than `longest`, that of an image.
 */
export function anchorSizes(
  { boxes }: Survey,
  shortest: number,
  levels: number,
  longest = Number.POSITIVE_INFINITY,
): readonly number[] {
  const sizes = ascending(boxes.map(({ size, shorter }) => (size * shortest) / shorter));
  const chosen: number[] = [];
  for (let level = 0; level < levels; level++) {
    const before = chosen.at(-1) ?? 0;
    const wanted = Math.max(Math.round(quantile(sizes, (level + 0.5) / levels)), Math.ceil(before * growth));
    const most = Math.floor(longest / growth ** (levels - 1 - level));
    chosen.push(Math.max(finest * 2 ** level, before + 1, Math.min(most, wanted)));
  }
  return chosen;
}

const ratios = ["1:4", "1:3", "1:2", "2:3", "1:1", "3:2", "2:1", "3:1", "4:1"] as const;

const valueOfRatio = (ratio: string): number => {
  const [height, width] = ratio.split(":").map(Number) as [number, number];
  return height / width;
};

/** Height to width: the simple ratios next to a tenth, a half and nine tenths of the boxes. */
export function anchorRatios({ boxes }: Survey): readonly string[] {
  const all = ascending(boxes.map(({ ratio }) => ratio));
  const distance = (ratio: string, value: number) => Math.abs(Math.log(valueOfRatio(ratio) / value));
  const nearest = [0.1, 0.5, 0.9].map((share) => {
    const value = quantile(all, share);
    return ratios.toSorted((a, b) => distance(a, value) - distance(b, value))[0]!;
  });
  return [...new Set(nearest)];
}

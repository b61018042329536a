/** Image-size buckets: graphs have static shapes, so images of many sizes are padded to a few. */
import type { Size } from "../data/resize.ts";
import { invariant } from "../support/invariant.ts";

const area = ({ height, width }: Size): number => height * width;

/** The smallest size that holds each of `sizes`. */
export function coverOf(sizes: readonly Size[]): Size {
  invariant(sizes.length > 0, "there is an image");
  return sizes.reduce((a, b) => ({
    height: Math.max(a.height, b.height),
    width: Math.max(a.width, b.width),
  }));
}

const distinct = (sizes: readonly Size[]): Size[] => [
  ...new Map(sizes.map((size) => [`${size.height}x${size.width}`, size])).values(),
];

/**
 * The buckets for images of padded `sizes`: one for landscape and one for portrait images, each as large as the largest
 * of them needs (800 x 1344 and 1344 x 800 by torchvision's rule), or, where `exact`, one for each size.
 */
export function predictionBuckets(sizes: readonly Size[], exact: boolean): readonly Size[] {
  if (exact) return distinct(sizes).sort((a, b) => area(a) - area(b) || a.height - b.height);
  const landscape = sizes.filter(({ height, width }) => width >= height);
  const portrait = sizes.filter(({ height, width }) => width < height);
  const covers = [landscape, portrait].filter((group) => group.length > 0).map(coverOf);
  return distinct(covers);
}

/** The smallest bucket that holds an image of `size`. */
export function bucketOf<B extends Size>(buckets: readonly B[], size: Size): B | undefined {
  return [...buckets]
    .filter(({ height, width }) => height >= size.height && width >= size.width)
    .sort((a, b) => area(a) - area(b))[0];
}

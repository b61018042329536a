/** Image-size buckets: graphs have static shapes, so images of many sizes are padded to a few. */
import type { Size } from "../data/resize.ts";

const cover = (a: Size, b: Size): Size => ({
  height: Math.max(a.height, b.height),
  width: Math.max(a.width, b.width),
});

const area = ({ height, width }: Size): number => height * width;

/** At most `limit` sizes that between them cover every one of `sizes`; the pair that wastes least is merged first. */
export function chooseBuckets(sizes: readonly Size[], limit: number): Size[] {
  const distinct = new Map(sizes.map((size) => [`${size.height}x${size.width}`, size]));
  let buckets = [...distinct.values()].sort((a, b) => area(a) - area(b) || a.height - b.height);
  while (buckets.length > limit) buckets = mergeCheapest(buckets);
  return buckets;
}

function mergeCheapest(buckets: readonly Size[]): Size[] {
  let best: { readonly a: Size; readonly b: Size; readonly waste: number } | undefined;
  for (const [index, a] of buckets.entries()) {
    for (const b of buckets.slice(index + 1)) {
      const waste = 2 * area(cover(a, b)) - area(a) - area(b);
      if (!best || waste < best.waste) best = { a, b, waste };
    }
  }
  if (!best) return [...buckets];
  const { a, b } = best;
  const merged = cover(a, b);
  const covered = ({ height, width }: Size) => height <= merged.height && width <= merged.width;
  return [...buckets.filter((bucket) => !covered(bucket)), merged];
}

/** The smallest bucket that holds an image of `size`. */
export function bucketOf<B extends Size>(buckets: readonly B[], size: Size): B | undefined {
  return [...buckets]
    .filter(({ height, width }) => height >= size.height && width >= size.width)
    .sort((a, b) => area(a) - area(b))[0];
}

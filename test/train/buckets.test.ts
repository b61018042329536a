import fc from "fast-check";
import { expect, test } from "vitest";
import { paddedSize } from "../../src/data/resize.ts";
import { bucketOf, coverOf, predictionBuckets } from "../../src/train/buckets.ts";

const rule = { shortest: 800, longest: 1333, multiple: 32 };
const side = fc.integer({ min: 1, max: 3000 });
const sizes = fc.array(fc.record({ height: side, width: side }), { minLength: 1, maxLength: 40 });

test("images of every shape need two buckets at torchvision's size, 800 x 1344 and 1344 x 800", () => {
  const files = [
    [480, 640],
    [640, 480],
    [500, 500],
    [100, 900],
    [900, 100],
  ];
  const padded = files.map(([height, width]) => paddedSize({ height: height!, width: width! }, rule));
  const wide = paddedSize({ height: 600, width: 1000 }, rule);
  expect(predictionBuckets([...padded, wide, paddedSize({ height: 1000, width: 600 }, rule)], false)).toEqual(
    [
      { height: 800, width: 1344 },
      { height: 1344, width: 800 },
    ],
  );
});

test("every image has a bucket that holds it, none larger than the data need, and an exact one is its own size", () => {
  fc.assert(
    fc.property(sizes, (files) => {
      const padded = files.map((size) => paddedSize(size, rule));
      const buckets = predictionBuckets(padded, false);
      expect(buckets.length).toBeLessThanOrEqual(2);
      for (const size of padded) expect(bucketOf(buckets, size)).toBeDefined();
      const cover = coverOf(padded);
      for (const bucket of buckets) expect(bucketOf([cover], bucket)).toBeDefined();
      const exact = predictionBuckets(padded, true);
      for (const size of padded) expect(bucketOf(exact, size)).toEqual(size);
      expect(exact.length).toBe(new Set(padded.map((size) => `${size.height}x${size.width}`)).size);
    }),
  );
});

test("an image goes to the smallest bucket that holds it, and to none where none does", () => {
  const buckets = [
    { name: "large", height: 64, width: 64 },
    { name: "small", height: 32, width: 64 },
  ];
  expect(bucketOf(buckets, { height: 32, width: 32 })?.name).toBe("small");
  expect(bucketOf(buckets, { height: 64, width: 32 })?.name).toBe("large");
  expect(bucketOf(buckets, { height: 65, width: 32 })).toBeUndefined();
});

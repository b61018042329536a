import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resizeForPrediction } from "../../src/data/prediction-feeds.ts";
import { predictImages } from "../../src/train/prediction-stream.ts";
import type { Predictor, PreparedImage } from "../../src/train/predictor.ts";

const tile = fileURLToPath(new URL("../data/nuclei/val/images/nuclei_r000_c384.png", import.meta.url));
const rule = { shortest: 8, longest: 8, multiple: 8 };

/** Finds in each image one object whose score is the number in its name, and counts what is held at a time. */
function fakePredictor(batch: number, calls: number) {
  let [held, most] = [0, 0];
  const sizes: number[] = [];
  const predictor: Predictor = {
    run: {} as never,
    batch,
    calls,
    prepare: (image, name): PreparedImage => {
      most = Math.max(most, ++held);
      const bucket = { name: name.split(" ")[0]!, batch, objects: 0, pixels: 0, height: 8, width: 8 };
      return { name, image, bucket, resized: resizeForPrediction(image, rule, bucket) };
    },
    detect: async (images) => {
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      sizes.push(images.length);
      expect(new Set(images.map(({ bucket }) => bucket.name)).size).toBe(1);
      held -= images.length;
      return images.map(({ name }) => [
        { box: [0, 0, 1, 1] as const, score: Number(name.split(" ")[1]), category: 0 },
      ]);
    },
    close: async () => undefined,
  };
  return { predictor, sizes, most: () => most };
}

const buckets = fc.array(fc.constantFrom("wide", "tall", "broken"), { maxLength: 40 });

test("detections come in the order of the images, whatever their buckets, and the unreadable in their place", async () => {
  await fc.assert(
    fc.asyncProperty(
      buckets,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 2),
      async (kinds, batch, calls) => {
        const { predictor } = fakePredictor(batch, calls);
        const sources = kinds.map((kind, index) => ({
          name: `${kind} ${index}`,
          path: kind === "broken" ? "no such file" : tile,
        }));
        let next = 0;
        for await (const each of predictImages(predictor, sources)) {
          expect(each.source).toBe(sources[next]);
          if (each.kind === "unreadable") expect(kinds[next]).toBe("broken");
          else expect(each.detections[0]!.score).toBe(next);
          next++;
        }
        expect(next).toBe(sources.length);
      },
    ),
    { numRuns: 25 },
  );
});

test("what is held does not grow with the number of images, though one waits for company of its size", async () => {
  const { predictor, sizes, most } = fakePredictor(2, 2);
  const sources = Array.from({ length: 300 }, (_, index) => ({
    name: `${index === 3 ? "tall" : "wide"} ${index}`,
    path: tile,
  }));
  let [finished, behind] = [0, 0];
  for await (const { source } of predictImages(predictor, sources)) {
    behind = Math.max(behind, most() - finished);
    expect(source).toBe(sources[finished++]);
  }
  expect(most()).toBeLessThanOrEqual(16);
  // All calls but the last of each size and the lonely one are full.
  expect(sizes.filter((size) => size < 2)).toHaveLength(2);
});

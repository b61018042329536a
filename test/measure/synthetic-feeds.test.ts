/** Made-up feeds fit every signature, and mean something. */
import { expect, test } from "vitest";
import { buildProgram } from "../../src/compile.ts";
import { defaultFunctions } from "../../src/components/buckets.ts";
import { resolveFile } from "../../src/language.ts";
import { syntheticFeeds } from "../../src/measure/synthetic-feeds.ts";
import { checkFeeds } from "../../src/runtime/feeds.ts";
import { signaturesOf } from "../../src/targets/signatures.ts";

async function signaturesFor(config: string) {
  const { value: model } = await resolveFile(`configs/${config}.rcnn`, {});
  return signaturesOf(buildProgram(model!, defaultFunctions(model!, 2)).value!);
}

test.each(["mask-rcnn-nuclei", "fast-rcnn-nuclei"])(
  "%s takes them, in training and in prediction",
  async (config) => {
    const signatures = await signaturesFor(config);
    for (const name of ["train_step", "predict"])
      expect(() => checkFeeds(signatures, name, syntheticFeeds(signatures.functions[name]!))).not.toThrow();
  },
);

test("objects lie in the picture, have a class and a mask of their own size, and the rest is padding", async () => {
  const { functions } = await signaturesFor("mask-rcnn-nuclei");
  const feeds = syntheticFeeds(functions.train_step!);
  const [batch, slots] = feeds.truthLabels!.shape as [number, number];
  expect([batch, slots]).toEqual([2, 64]);
  for (let row = 0; row < batch * slots; row++) {
    const [x1, y1, x2, y2] = feeds.truthBoxes!.data.subarray(4 * row, 4 * row + 4);
    const [x, y, width, height] = feeds.truthCrops!.data.subarray(4 * row, 4 * row + 4);
    const exists = row % slots < 7;
    expect(feeds.truthLabels!.data[row]).toBe(exists ? 1 : 0);
    expect([x1, y1, x2, y2]).toEqual([x!, y!, x! + width!, y! + height!]);
    expect(width! > 0 && height! > 0).toBe(exists);
    expect(x2).toBeLessThanOrEqual(128);
    expect(y2).toBeLessThanOrEqual(128);
    expect(width! * height!).toBeLessThanOrEqual(feeds.truthPixels!.data.length);
  }
  expect([...feeds.learningRate!.data]).toEqual([0]);
  expect(feeds.rpnNoise!.data.every((value) => value >= 0 && value < 1)).toBe(true);
});

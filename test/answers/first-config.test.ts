/** A first config resolves as it is, and its numbers are those of the data. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../src/answers/config.ts";
import { configText, firstConfig } from "../../src/answers/first-config.ts";
import { anchorRatios, anchorSizes, type Survey, surveyOf } from "../../src/answers/survey.ts";
import type { Dataset } from "../../src/data/dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "rcnn-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

const resolved = async (text: string) => {
  const path = join(folder, "first.rcnn");
  writeFileSync(path, text);
  const { value, diagnostics } = await readConfig(path, {});
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return value!.model;
};

test("the nuclei become a Mask R-CNN on a small backbone, with a head for masks where there are outlines", async () => {
  const { value: text } = await firstConfig("cells 2", { data: "test/data/nuclei" });
  const model = await resolved(text!);
  expect(model).toMatchObject({ name: "cells_2", classes: 1, input: { shortest: 128, longest: 128 } });
  expect(model.regions.heads.map(({ kind }) => kind)).toEqual(["classify", "regress", "segment"]);
  expect(model.rpn!.anchors.sizes).toEqual([[11], [20], [25], [32]]);
  const { value: voc } = await firstConfig("cells", { data: "test/data/nuclei", format: "voc" });
  const boxes = await resolved(voc!);
  expect(boxes.regions.heads.map(({ kind }) => kind)).toEqual(["classify", "regress"]);
});

test("what is wrong with the data is said, and no config is made", async () => {
  const { value, diagnostics } = await firstConfig("m", { data: "test/nowhere" });
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(["data/missing-file"]);
});

/** Images of 1000 x 2000 pixels with one tall box each, of an area that grows. */
const tall: Dataset = {
  name: "tall",
  categories: Array.from({ length: 12 }, (_, id) => ({ id, name: `kind\n${id}` })),
  images: Array.from({ length: 100 }, (_, id) => ({
    id,
    fileName: `${id}.png`,
    path: `${id}.png`,
    width: 2000,
    height: 1000,
    objects: [
      { id, box: [0, 0, 5 + id, 2 * (5 + id)], category: 0, area: 1, crowd: false, difficult: false },
    ],
  })),
};

test("large images are reduced, and boxes with them; ratios follow the boxes", async () => {
  const text = configText("tall", surveyOf(tall));
  expect(text).toContain("kind 9 and 2 more");
  const model = await resolved(text);
  expect(model.input).toMatchObject({ shortest: 800, longest: 1333 });
  expect(model.classes).toBe(12);
  expect(model.rpn!.anchors.ratios).toEqual([[2], [2], [2], [2], [2]]);
  expect(model.rpn!.anchors.sizes).toHaveLength(5);
  // The middle of five parts is the median: box 50 has sides 55 and 110, and 800 / 1000 of them remain.
  expect(model.rpn!.anchors.sizes[2]).toEqual([Math.round(Math.sqrt(55 * 110) * 0.8)]);
});

/** A data set of one category on images of 128 x 128 pixels. */
function boxes(...all: readonly (readonly [number, number, number, number])[]): Dataset {
  const objects = all.map((box, id) => {
    return { id, box, category: 0, area: 1, crowd: false, difficult: false };
  });
  const image = { id: 0, fileName: "0.png", path: "0.png", width: 128, height: 128, objects };
  return { name: "boxes", categories: [{ id: 1, name: "a b // { 日本" }], images: [image] };
}

test.each([
  ["of less than a pixel", boxes([0, 0, 0.5, 0.5], [1, 1, 2, 2])],
  ["as large as the image", boxes([0, 0, 128, 128])],
  ["of both", boxes([0, 0, 0.5, 0.5], [0, 0, 128, 128])],
])("boxes %s give a config that nothing is said about", async (_, dataset) => {
  await resolved(configText("m", surveyOf(dataset)));
});

test.each([
  ["if", "model_if"],
  ["none", "model_none"],
  ["2 of 3", "model_2_of_3"],
  ["日本", "model"],
  ["resnet", "resnet"],
])("a folder called %s gives the model %s", async (folderName, name) => {
  const { value: text } = await firstConfig(folderName, { data: "test/data/nuclei" });
  expect((await resolved(text!)).name).toBe(name);
});

test("any boxes give anchors that grow, and ratios without repetition", () => {
  const box = fc.record({
    size: fc.double({ min: 0.1, max: 5000, noNaN: true }),
    ratio: fc.double({ min: 0.01, max: 100, noNaN: true }),
    shorter: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(
      fc.array(box, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 6 }),
      (boxes, levels) => {
        const survey = { boxes } as unknown as Survey;
        const sizes = anchorSizes(survey, 800, levels);
        expect(sizes).toHaveLength(levels);
        expect(sizes.every((size, index) => Number.isInteger(size) && size > (sizes[index - 1] ?? 0))).toBe(
          true,
        );
        const ratios = anchorRatios(survey);
        expect(new Set(ratios).size).toBe(ratios.length);
      },
    ),
  );
});

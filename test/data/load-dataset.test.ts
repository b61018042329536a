import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LoadOptions, loadDataset } from "../../src/data/load-dataset.ts";
import { segmentationRuns } from "../../src/data/segmentation.ts";
import { runsArea, runsBox } from "../../src/support/run-lengths.ts";

const nuclei = join(import.meta.dirname, "nuclei");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rcnn-data-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const pixels = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#804020" } }).png().toBuffer();

const annotation = (more: object) => ({ id: 5, image_id: 1, category_id: 1, bbox: [2, 3, 4, 5], area: 20, iscrowd: 0, ...more });

/** A data directory with one image of 20 x 10 pixels and what `change` makes of one sound annotation file. */
async function writeCoco(change: (sound: Record<string, object[]>) => unknown = (sound) => sound): Promise<void> {
  const sound = {
    images: [{ id: 1, file_name: "a.png", width: 20, height: 10 }],
    categories: [{ id: 1, name: "thing" }],
    annotations: [annotation({})],
  };
  mkdirSync(join(folder, "train", "images"), { recursive: true });
  writeFileSync(join(folder, "train", "images", "a.png"), await pixels(20, 10));
  const content = change(sound);
  writeFileSync(join(folder, "train", "instances.json"), typeof content === "string" ? content : JSON.stringify(content));
}

const load = (more: Partial<LoadOptions> = {}) => loadDataset({ data: folder, split: "train", ...more });

/** Code and message of each diagnostic, the folder left out. */
const problems = async (more: Partial<LoadOptions> = {}) => {
  const { value, diagnostics } = await load(more);
  if (diagnostics.length > 0) expect(value).toBeUndefined();
  return diagnostics.map(({ code, message }) => `${code} ${message.replaceAll(folder, "DIR")}`);
};

const withAnnotation = (more: object) =>
  writeCoco((sound) => ({ ...sound, annotations: [annotation(more)] }));

test("the nuclei load alike from COCO and from VOC", async () => {
  const coco = await loadDataset({ data: nuclei, split: "train" });
  const voc = await loadDataset({ data: nuclei, split: "train", format: "voc" });
  expect([coco.diagnostics, voc.diagnostics]).toEqual([[], []]);
  expect(coco.value!.images.length).toBe(35);
  expect(voc.value!.categories).toEqual(coco.value!.categories);
  const boxes = (result: typeof coco) =>
    new Map(result.value!.images.map((image) => [image.fileName, image.objects.map((object) => object.box)]));
  expect(boxes(voc)).toEqual(boxes(coco));
});

test("outlines of the nuclei have the area and the box that the annotations state", async () => {
  const { value } = await loadDataset({ data: nuclei, split: "val" });
  for (const image of value!.images) {
    for (const object of image.objects) {
      const runs = segmentationRuns(object.segmentation!, image.height, image.width);
      expect(runsArea(runs)).toBe(object.area);
      const [x, y, width, height] = runsBox(runs);
      expect([x, y, x + width, y + height]).toEqual(object.box);
    }
  }
});

test("VOC is found where there is no COCO file", async () => {
  cpSync(join(nuclei, "val"), join(folder, "train"), { recursive: true });
  rmSync(join(folder, "train", "instances.json"));
  const { value, diagnostics } = await load();
  expect(diagnostics).toEqual([]);
  expect(value!.name).toBe(join(folder, "train", "voc"));
  expect(value!.images.length).toBe(4);
});

test("crowds, polygons and counts as a list load", async () => {
  const polygon = [1, 1, 5, 1, 5, 5];
  const counts = [3, 2, 195];
  await writeCoco((sound) => ({
    ...sound,
    annotations: [
      annotation({ id: 1, segmentation: [polygon] }),
      annotation({ id: 2, iscrowd: 1, segmentation: { size: [10, 20], counts } }),
    ],
  }));
  const { value, diagnostics } = await load();
  expect(diagnostics).toEqual([]);
  const [first, second] = value!.images[0]!.objects;
  expect(first).toMatchObject({ box: [2, 3, 6, 8], crowd: false, segmentation: { kind: "polygons", polygons: [polygon] } });
  expect(second).toMatchObject({ crowd: true, segmentation: { kind: "runs", height: 10, width: 20, counts } });
});

test("category indices are those of the model where its names are given", async () => {
  await writeCoco((sound) => ({ ...sound, categories: [{ id: 1, name: "thing" }, { id: 9, name: "other" }] }));
  const { value } = await load({ categories: ["other", "thing"] });
  expect(value!.categories.map(({ name }) => name)).toEqual(["other", "thing"]);
  expect(value!.images[0]!.objects[0]!.category).toBe(1);
  expect(await problems({ categories: ["other"] })).toEqual([
    "data/unknown-category `DIR/train/instances.json`: `annotations[0].category_id` (id 5) has the category `1`, which does not exist; expected one of `9 other`.",
  ]);
});

test("a box that leaves its image by rounding only is kept", async () => {
  await withAnnotation({ bbox: [-0.5, 0, 20.9, 10] });
  expect(await problems()).toEqual([]);
});

test("a missing data set names what was looked for", async () => {
  expect(await problems()).toEqual([
    "data/missing-file `DIR/train/instances.json` does not exist or cannot be read; expected COCO instances JSON, or a folder `voc` of Pascal VOC XML files beside it.",
  ]);
  expect((await problems({ format: "voc" }))[0]).toMatch("data/missing-file `DIR/train/voc`");
});

test("a file cut short is not JSON", async () => {
  await writeCoco((sound) => JSON.stringify(sound).slice(0, 50));
  expect((await problems())[0]).toMatch(/^data\/invalid-json `DIR\/train\/instances.json` is not JSON: .*position 50/);
});

const cases: readonly (readonly [string, object, RegExp])[] = [
  ["an unknown category", { category_id: 7 }, /unknown-category .*annotations\[0\]\.category_id` \(id 5\) has the category `7`/],
  ["an unknown image", { image_id: 2 }, /unknown-image .*belongs to image `2`/],
  ["a box outside", { bbox: [15, 3, 9, 4] }, /outside-image .*annotations\[0\]\.bbox` \(id 5\) .*\[15, 3, 24, 7\].*20 x 10/],
  ["a box of negative width", { bbox: [2, 3, -1, 4] }, /empty-box .*\[2, 3, 1, 7\]/],
  ["a box of three numbers", { bbox: [2, 3, 4] }, /wrong-value .*is `\[2,3,4\]`; expected four numbers/],
  ["counts that do not add up", { segmentation: { size: [10, 20], counts: [3, 5] } }, /bad-segmentation .*add up to 8; expected 200/],
  ["counts of another size", { segmentation: { size: [20, 10], counts: [200] } }, /bad-segmentation .*`\[20,10\]`; expected the image's `\[10,20\]`/],
  ["a broken string", { segmentation: { size: [10, 20], counts: "PPP" } }, /bad-segmentation .*"PPP"/],
  ["a polygon of two corners", { segmentation: [[1, 2, 3, 4]] }, /bad-segmentation .*polygon 0 is `\[1,2,3,4\]`/],
  ["an id that is text", { id: "x" }, /wrong-value .*annotations\[0\]\.id` \(id x\) is `"x"`; expected an integer/],
];

for (const [what, change, message] of cases) {
  test(`${what} is one message with its place`, async () => {
    await withAnnotation(change);
    const found = await problems();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
}

test("boxes without area are left out, with one warning that counts them", async () => {
  await writeCoco((sound) => ({
    ...sound,
    annotations: [
      annotation({ id: 1 }),
      annotation({ id: 2, bbox: [2, 3, 0, 4] }),
      annotation({ id: 3, bbox: [2, 3, 4, 1e-9] }),
    ],
  }));
  const { value, diagnostics } = await load();
  expect(value!.images[0]!.objects.map(({ id }) => id)).toEqual([1]);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["data/flat-boxes", "warning"]]);
  expect(diagnostics[0]!.message).toMatch(/has 2 boxes without area, which are left out; the first is object 2 of/);
});

test("every problem is reported, each once", async () => {
  await writeCoco((sound) => ({
    ...sound,
    annotations: [annotation({ id: 1, category_id: 3 }), annotation({ id: 2, bbox: [1, 1, -1, 0] }), annotation({ id: 2 })],
  }));
  const codes = (await problems()).map((problem) => problem.split(" ")[0]);
  expect(codes).toEqual(["data/unknown-category", "data/empty-box", "data/duplicate-id"]);
});

test("an image that is missing, damaged or of another size is named", async () => {
  await writeCoco((sound) => ({ ...sound, images: [{ id: 1, file_name: "a.png", width: 10, height: 20 }] }));
  expect((await problems())[0]).toMatch(/size-mismatch .*images\[0\]` \(id 1\) says 10 x 20 .*a\.png` has 20 x 10/);
  writeFileSync(join(folder, "train", "images", "b.png"), "not a picture");
  const image = { id: 1, file_name: "b.png", width: 20, height: 10 };
  await writeCoco((sound) => ({ ...sound, images: [image] }));
  expect((await problems())[0]).toMatch(/unreadable-image `DIR\/train\/images\/b\.png`/);
  await writeCoco((sound) => ({ ...sound, images: [{ ...image, file_name: "c.png" }] }));
  expect((await problems())[0]).toMatch(/missing-file `DIR\/train\/images\/c\.png`/);
});

test("a data set without images or objects is empty", async () => {
  await writeCoco((sound) => ({ ...sound, annotations: [] }));
  expect(await problems()).toEqual(["data/empty `DIR/train/instances.json` has no objects; expected at least one."]);
  await writeCoco((sound) => ({ ...sound, images: [], annotations: [] }));
  expect(await problems()).toEqual(["data/empty `DIR/train/instances.json` has no images; expected at least one."]);
});

test("a model with masks needs every outline but those of crowds", async () => {
  await writeCoco((sound) => ({ ...sound, annotations: [annotation({}), annotation({ id: 6, iscrowd: 1 })] }));
  const { diagnostics, outlines } = await load();
  expect(diagnostics).toEqual([]);
  expect(outlines().map(({ code, message }) => `${code} ${message.replaceAll(folder, "DIR")}`)).toEqual([
    "data/missing-segmentation Object 5 of `DIR/train/instances.json`: `images[0]` (id 1) has no outline; expected one, because the model learns masks.",
  ]);
});

const vocObject = (name: string, box: readonly number[], more = "") =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${box[0]}</xmin><ymin>${box[1]}</ymin><xmax>${box[2]}</xmax><ymax>${box[3]}</ymax></bndbox></object>`;

async function writeVoc(objects: string, before = ""): Promise<void> {
  mkdirSync(join(folder, "train", "images"), { recursive: true });
  mkdirSync(join(folder, "train", "voc"), { recursive: true });
  writeFileSync(join(folder, "train", "images", "a.png"), await pixels(20, 10));
  writeFileSync(
    join(folder, "train", "voc", "a.xml"),
    `${before}<annotation>\n<filename>a.png</filename>\n<size><width>20</width><height>10</height></size>\n${objects}\n</annotation>`,
  );
}

test("VOC corners count from 1 and belong to the box, and categories are in the order of their names", async () => {
  await writeVoc(`${vocObject("salt &amp; pepper", [1, 1, 20, 10], "<difficult>1</difficult>")}\n${vocObject("cat", [3, 4, 3, 4])}`);
  const { value, diagnostics } = await load();
  expect(diagnostics).toEqual([]);
  expect(value!.categories.map(({ name }) => name)).toEqual(["cat", "salt & pepper"]);
  expect(value!.images[0]!.objects).toMatchObject([
    { box: [0, 0, 20, 10], category: 1, difficult: true, area: 200 },
    { box: [2, 3, 3, 4], category: 0, difficult: false },
  ]);
});

test("entities that a VOC file defines are not expanded", async () => {
  await writeVoc(vocObject("&big;", [1, 1, 4, 4]), '<!DOCTYPE annotation [<!ENTITY big "bang">]>\n');
  const { value } = await load();
  expect(value!.categories.map(({ name }) => name)).toEqual(["&big;"]);
});

test("VOC problems have the line and the span of the element", async () => {
  await writeVoc(`${vocObject("cat", [1, 1, 30, 4])}\n${vocObject("dog", [1, 1, 4, 4])}\n<object><name>cat</name></object>`);
  const { diagnostics } = await load({ categories: ["cat"] });
  const found = diagnostics.map(({ code, message, span }) => ({
    code,
    line: /a\.xml:(\d+)/.exec(message)?.[1],
    text: span!.source.text.slice(span!.start, span!.end).slice(0, 8),
  }));
  expect(found).toEqual([
    { code: "data/outside-image", line: "4", text: "<bndbox>" },
    { code: "data/wrong-value", line: "6", text: "<object>" },
    { code: "data/unknown-category", line: "5", text: "<object>" },
  ]);
});

test("XML that is not well-formed is one message with its line", async () => {
  await writeVoc("<object><name>cat</object>");
  const found = await problems();
  expect(found[0]).toMatch(/^data\/invalid-xml `DIR\/train\/voc\/a\.xml:4` is not well-formed XML/);
  expect(found).toHaveLength(1);
});

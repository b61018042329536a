import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imageIdOf, readImageIds } from "../../src/data/image-ids.ts";
import { listImages } from "../../src/data/image-list.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rcnn-images-"));
  await mkdir(join(folder, "deep/er"), { recursive: true });
  for (const name of ["b.png", "a.JPG", "notes.txt", "deep/c.webp", "deep/er/[d].tiff"])
    await writeFile(join(folder, name), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const list = async (...names: readonly string[]) => {
  const { value, diagnostics } = await listImages(names.map((name) => join(folder, name)));
  const found = value!.map((path) => path.slice(folder.length + 1).replaceAll("\\", "/"));
  return [found, diagnostics.map(({ code }) => code)];
};

test("a folder gives the images in it and below, by name", async () => {
  expect(await list(".")).toEqual([["a.JPG", "b.png", "deep/c.webp", "deep/er/[d].tiff"], []]);
  expect(await list("deep/er", "b.png")).toEqual([["deep/er/[d].tiff", "b.png"], []]);
});

test("a pattern gives what it matches, and a file with such letters is itself", async () => {
  expect(await list("*.{png,JPG}")).toEqual([["a.JPG", "b.png"], []]);
  expect(await list("deep/er/[d].tiff")).toEqual([["deep/er/[d].tiff"], []]);
});

test("a file that is not there is left to its reader; a folder or pattern without images is an error", async () => {
  expect(await list("x.png")).toEqual([["x.png"], []]);
  await mkdir(join(folder, "empty"), { recursive: true });
  expect(await list("empty", "*.gif", "b.png")).toEqual([["b.png"], ["data/empty", "data/empty"]]);
});

test("an image is found in an annotation file by its name, with or without folders", async () => {
  const file = join(folder, "instances.json");
  const images = [
    { id: 7, file_name: "a.jpg" },
    { id: 9, file_name: "val/a.jpg" },
  ];
  await writeFile(file, JSON.stringify({ images }));
  const { value } = await readImageIds(file);
  const ids = ["a.jpg", "some/a.jpg", "some/val/a.jpg", "val\\a.jpg", "b.jpg"].map((path) =>
    imageIdOf(value!, path),
  );
  expect(ids).toEqual([7, 7, 9, 9, undefined]);
});

test.each([
  ["{", "data/invalid-json"],
  ["{}", "data/wrong-value"],
  ['{ "images": [{ "id": "7", "file_name": "a.jpg" }] }', "data/wrong-value"],
])("an annotation file that is wrong is refused: %s", async (text, code) => {
  const file = join(folder, "wrong.json");
  await writeFile(file, text);
  expect((await readImageIds(file)).diagnostics.map((each) => each.code)).toEqual([code]);
  expect((await readImageIds(join(folder, "none.json"))).diagnostics[0]!.code).toBe("data/missing-file");
});

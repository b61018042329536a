/** COCO instances JSON (cocodataset.org, "Data format") to a data set. */
import { join } from "node:path";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { runsArea } from "../support/run-lengths.ts";
import type { FileOptions, ReadDataset } from "./annotation-file.ts";
import { checkBox } from "./check-objects.ts";
import { readSegmentation } from "./coco-segmentation.ts";
import type { Dataset, ImageRecord, Segmentation, TruthObject } from "./dataset.ts";
import { describeJson, type JsonEntry, type JsonReader, readJson } from "./json-reader.ts";
import { segmentationRuns } from "./segmentation.ts";

type Category = Dataset["categories"][number];

type Image = Omit<ImageRecord, "objects"> & { readonly place: string; readonly objects: TruthObject[] };

/** `text` is the content of the file. Images and categories come in ascending order of their ids. */
export function readCoco(text: string, options: FileOptions): Result<ReadDataset> {
  let root: unknown;
  try {
    // A byte order mark, as some editors write it, is no part of JSON.
    root = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, "");
    return { diagnostics: [diagnose(dataCodes, "data/invalid-json", { path: options.name, reason })] };
  }
  const reader = readJson(options.name, root);
  const known = readCategories(reader, options.categories);
  const images = readImages(reader, options.images);
  readAnnotations(reader, images, known);
  const sorted = [...images.values()].sort((a, b) => a.id - b.id);
  const placed = sorted.map(({ place, ...image }) => ({ image, place }));
  return { value: { categories: known.categories, images: placed }, diagnostics: reader.diagnostics };
}

/** Calls `take` with each entry whose id is an integer that no earlier entry has. */
function eachById(reader: JsonReader, key: string, take: (entry: JsonEntry, id: number) => void): void {
  const seen = new Set<number>();
  for (const entry of reader.list(key)) {
    const id = entry.integer("id");
    if (id === undefined) continue;
    if (seen.has(id))
      reader.diagnostics.push(diagnose(dataCodes, "data/duplicate-id", { place: entry.place, id }));
    else take(entry, id);
    seen.add(id);
  }
}

interface Categories {
  readonly categories: readonly Category[];
  /** From an id to the index in `categories`; without the ids whose name the model does not know. */
  readonly indexOf: ReadonlyMap<number, number>;
  /** Ids that need no message: their entry is at fault and has one, or they have been reported. */
  readonly excused: Set<unknown>;
}

function readCategories(reader: JsonReader, wanted: readonly string[] | undefined): Categories {
  const found: Category[] = [];
  eachById(reader, "categories", (entry, id) => {
    const name = entry.text("name");
    if (name === undefined) return;
    if (found.some((category) => category.name === name)) {
      const values = {
        place: entry.at("name").place,
        found: `\`${name}\``,
        expected: "a name that no other category has",
      };
      reader.diagnostics.push(diagnose(dataCodes, "data/wrong-value", values));
    } else found.push({ id, name });
  });
  found.sort((a, b) => a.id - b.id);
  const categories = wanted
    ? wanted.map((name, index) => found.find((category) => category.name === name) ?? { id: index + 1, name })
    : found;
  const indexOf = new Map<number, number>();
  for (const { id, name } of found) {
    const index = categories.findIndex((category) => category.name === name);
    if (index >= 0) indexOf.set(id, index);
  }
  const named = new Set<unknown>(found.map(({ id }) => id));
  const excused = new Set([...statedIds(reader, "categories")].filter((id) => !named.has(id)));
  return { categories, indexOf, excused };
}

function readImages(reader: JsonReader, folder: string): Map<number, Image> {
  const images = new Map<number, Image>();
  eachById(reader, "images", (entry, id) => {
    const fileName = entry.text("file_name");
    const width = readSide(reader, entry, "width");
    const height = readSide(reader, entry, "height");
    if (fileName === undefined || width === undefined || height === undefined) return;
    images.set(id, {
      id,
      fileName,
      path: join(folder, fileName),
      width,
      height,
      objects: [],
      place: entry.place,
    });
  });
  return images;
}

function readSide(reader: JsonReader, entry: JsonEntry, key: string): number | undefined {
  const side = entry.integer(key);
  if (side === undefined || side > 0) return side;
  const values = { place: entry.at(key).place, found: describeJson(side), expected: "an integer above 0" };
  reader.diagnostics.push(diagnose(dataCodes, "data/wrong-value", values));
  return undefined;
}

function readAnnotations(reader: JsonReader, images: ReadonlyMap<number, Image>, known: Categories): void {
  // What is itself at fault has its own message, and what is not there one: neither makes all annotations orphans.
  const statedImages = statedIds(reader, "images");
  if (statedImages.size === 0 || statedIds(reader, "categories").size === 0) return;
  eachById(reader, "annotations", (entry, id) => {
    const imageId = entry.integer("image_id");
    const category = readCategory(reader, entry, known);
    if (imageId === undefined) return;
    const image = images.get(imageId);
    if (image) readObject(reader, entry, id, image, category);
    else if (!statedImages.has(imageId)) {
      statedImages.add(imageId);
      const { place } = entry.at("image_id");
      reader.diagnostics.push(diagnose(dataCodes, "data/unknown-image", { place, id: imageId }));
    }
  });
}

/** Ids of the entries of a list, those with faults too. */
const statedIds = (reader: JsonReader, key: string): Set<unknown> =>
  new Set(reader.list(key).map((entry) => entry.at("id").value));

/** Reports each unknown id once. */
function readCategory(
  reader: JsonReader,
  entry: JsonEntry,
  { categories, indexOf, excused }: Categories,
): number | undefined {
  const id = entry.integer("category_id");
  if (id === undefined || indexOf.has(id)) return id === undefined ? undefined : indexOf.get(id);
  if (excused.has(id)) return undefined;
  excused.add(id);
  const known = categories.map((category) => `${category.id} ${category.name}`);
  const { place } = entry.at("category_id");
  reader.diagnostics.push(diagnose(dataCodes, "data/unknown-category", { place, category: id, known }));
  return undefined;
}

function readObject(
  reader: JsonReader,
  entry: JsonEntry,
  id: number,
  image: Image,
  category: number | undefined,
): void {
  const box = readBox(reader, entry);
  const { value: segmentation, diagnostics } = readSegmentation(entry.at("segmentation"), image);
  const boxProblems = box ? checkBox(box, image, entry.at("bbox").place) : [];
  const area = entry.has("area") ? entry.atLeastZero("area") : box && defaultArea(box, segmentation, image);
  const crowd = entry.has("iscrowd") ? entry.flag("iscrowd") : false;
  reader.diagnostics.push(...diagnostics, ...boxProblems);
  if (!box || category === undefined || area === undefined || crowd === undefined) return;
  image.objects.push({
    id,
    box,
    category,
    area,
    crowd,
    difficult: false,
    ...(segmentation && { segmentation }),
  });
}

function readBox(reader: JsonReader, entry: JsonEntry): TruthObject["box"] | undefined {
  const { value, place } = entry.at("bbox");
  if (Array.isArray(value) && value.length === 4 && value.every((part) => Number.isFinite(part))) {
    const [x, y, width, height] = value as [number, number, number, number];
    return [x, y, x + width, y + height];
  }
  const expected = "four numbers `[x, y, width, height]`";
  reader.diagnostics.push(
    diagnose(dataCodes, "data/wrong-value", { place, found: describeJson(value), expected }),
  );
  return undefined;
}

function defaultArea(box: TruthObject["box"], segmentation: Segmentation | undefined, image: Image): number {
  if (segmentation) return runsArea(segmentationRuns(segmentation, image.height, image.width));
  return (box[2] - box[0]) * (box[3] - box[1]);
}

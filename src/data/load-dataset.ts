/** Loading one split of a data directory, whichever of the two formats it is in. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import type { FileOptions, ReadDataset } from "./annotation-file.ts";
import { checkImages, checkSegmentations, withoutFlat } from "./check-objects.ts";
import { readCoco } from "./coco-file.ts";
import type { Dataset } from "./dataset.ts";
import { readVoc } from "./voc-file.ts";

export interface LoadOptions {
  /** Holds `train/` and `val/`. */
  readonly data: string;
  readonly split: "train" | "val";
  /** COCO where `instances.json` exists, else VOC, unless given. */
  readonly format?: "coco" | "voc" | undefined;
  /** The COCO file or the folder of VOC files, where it is not `DATA/SPLIT/instances.json` or `DATA/SPLIT/voc`. */
  readonly annotations?: string | undefined;
  /** The folder of the image files, where it is not `DATA/SPLIT/images`. */
  readonly images?: string | undefined;
  /** Category names of the model, so that indices are the model's; those of the data set unless given. */
  readonly categories?: readonly string[] | undefined;
}

export interface LoadedDataset extends Result<Dataset> {
  /** What a model that learns masks has against it: objects, but for crowds, without an outline. */
  readonly outlines: () => readonly Diagnostic[];
}

/** Every problem of the annotations and of the heads of the image files is one diagnostic; a value only where there is none. */
export async function loadDataset(options: LoadOptions): Promise<LoadedDataset> {
  const { data, split } = options;
  const { path, format } = await findAnnotations(options);
  const file: FileOptions = {
    name: path,
    images: options.images ?? join(data, split, "images"),
    categories: options.categories,
  };
  const { value: read, diagnostics: found } =
    format === "coco" ? await loadCoco(path, file) : await loadVoc(path, file);
  const diagnostics = [...found];
  const flat = read && withoutFlat(path, read.images);
  const value = read && flat && { ...read, images: flat.images };
  if (value) {
    diagnostics.push(...flat.diagnostics);
    diagnostics.push(...(await checkFiles(file.images, value.images)));
    if (!hasErrors(diagnostics)) diagnostics.push(...checkNotEmpty(path, value));
  }
  if (!value || hasErrors(diagnostics)) return { diagnostics, outlines: () => [] };
  const images = value.images.map(({ image }) => image);
  return {
    value: { name: path, categories: value.categories, images },
    diagnostics,
    outlines: () => checkSegmentations(path, value.images),
  };
}

async function findAnnotations({ data, split, format, annotations }: LoadOptions) {
  const coco = annotations ?? join(data, split, "instances.json");
  const voc = annotations ?? join(data, split, "voc");
  if (format) return { format, path: format === "coco" ? coco : voc };
  const [cocoKind, vocKind] = await Promise.all([coco, voc].map(kindOf));
  return vocKind === "folder" && cocoKind !== "file"
    ? { format: "voc" as const, path: voc }
    : { format: "coco" as const, path: coco };
}

/** A folder that is not there is one message and not one an image. */
async function checkFiles(folder: string, images: ReadDataset["images"]): Promise<Diagnostic[]> {
  if (images.length === 0 || (await kindOf(folder)) === "folder") return checkImages(images);
  const values = { path: folder, expected: "the folder of the images" };
  return [diagnose(dataCodes, "data/missing-file", values)];
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && (found.isDirectory() ? "folder" : "file");
}

async function loadCoco(path: string, options: FileOptions): Promise<Result<ReadDataset>> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) return readCoco(text, options);
  const expected = "COCO instances JSON, or a folder `voc` of Pascal VOC XML files beside it";
  return { diagnostics: [diagnose(dataCodes, "data/missing-file", { path, expected })] };
}

async function loadVoc(folder: string, options: FileOptions): Promise<Result<ReadDataset>> {
  const entries = await readdir(folder).catch(() => undefined);
  if (!entries) {
    const values = { path: folder, expected: "a folder of Pascal VOC XML files" };
    return { diagnostics: [diagnose(dataCodes, "data/missing-file", values)] };
  }
  const names = entries.filter((name) => name.endsWith(".xml")).sort();
  const sources: Source[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined) {
      return {
        diagnostics: [diagnose(dataCodes, "data/missing-file", { path, expected: "Pascal VOC XML" })],
      };
    }
    sources.push({ name: path, text });
  }
  return readVoc(sources, options);
}

function checkNotEmpty(path: string, { categories, images }: ReadDataset): Diagnostic[] {
  const empty = (what: string) => [diagnose(dataCodes, "data/empty", { path, what })];
  if (images.length === 0) return empty("images");
  if (categories.length === 0) return empty("categories");
  if (images.every(({ image }) => image.objects.length === 0)) return empty("objects");
  const counted = images.some(({ image }) => image.objects.some(({ crowd }) => !crowd));
  return counted ? [] : empty("objects that are not crowds");
}

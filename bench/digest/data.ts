/** The readers of files that are no config. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstConfig } from "../../src/answers/first-config.ts";
import { readProposals } from "../../src/data/proposals.ts";
import { writeJpeg } from "../../src/data/write-image.ts";
import { hasErrors, type Result } from "../../src/diagnostics/diagnostic.ts";
import { loadFile, resolveBundle } from "../../src/language.ts";
import { readMeasurement, readSettings } from "../../src/sweep/measurement.ts";
import { latestCheckpoint, loadCheckpoint } from "../../src/train/checkpoint.ts";
import { readRun, readTrainedRun } from "../../src/train/run-file.ts";
import { readCategories } from "../../src/weights/read-categories.ts";
import { readMapping } from "../../src/weights/read-mapping.ts";
import { elementsOf, readTensor } from "../../src/weights/source-tensor.ts";
import { openWeights } from "../../src/weights/weight-file.ts";
import type { DataKind } from "../hostile/data-files.ts";

/** Reads `bytes` as a file of one kind that lies in `folder`. */
type Reader = (bytes: Uint8Array, folder: string) => Promise<Result<unknown>>;

/** Folders in which the readers look, with the image that annotations name. */
export async function prepareData(folder: string): Promise<void> {
  for (const part of ["coco", "voc"]) {
    mkdirSync(join(folder, part, "train", "images"), { recursive: true });
    const image = { width: 32, height: 32, data: new Uint8Array(32 * 32 * 3) };
    await writeJpeg(image, join(folder, part, "train", "images", "image.jpg"));
  }
  mkdirSync(join(folder, "voc", "train", "voc"));
  mkdirSync(join(folder, "checkpoints"));
}

/** A first config that is written is right. */
async function init(data: string): Promise<Result<unknown>> {
  const made = await firstConfig("made", { data });
  if (made.value === undefined) return made;
  const name = "made.rcnn";
  const text = made.value;
  const bundle = await loadFile(name, { read: async (path) => (path === name ? text : fromLibrary(path)) });
  const found = bundle.value ? resolveBundle(bundle.value, {}) : bundle;
  if (hasErrors(found.diagnostics)) throw new Error(`a first config has ${found.diagnostics[0]!.message}`);
  return made;
}

async function fromLibrary(path: string): Promise<string | undefined> {
  const { fileHost } = await import("../../src/load/file-host.ts");
  return fileHost.read(path);
}

const file =
  (name: string, read: (path: string) => Promise<Result<unknown>>): Reader =>
  async (bytes, folder) => {
    writeFileSync(join(folder, name), bytes);
    return read(join(folder, name));
  };

const inFolder =
  (name: string, read: (folder: string) => Promise<Result<unknown>>): Reader =>
  (bytes, folder) =>
    file(name, () => read(folder))(bytes, folder);

export const dataReaders: Readonly<Record<DataKind, Reader>> = {
  coco: inFolder("coco/train/instances.json", (folder) => init(join(folder, "coco"))),
  voc: inFolder("voc/train/voc/image.xml", (folder) => init(join(folder, "voc"))),
  proposals: file("proposals.json", readProposals),
  mapping: file("mapping.json", (path) => readMapping(path)),
  categories: file("categories.json", readCategories),
  run: inFolder("config.resolved.json", async (folder) => {
    await readTrainedRun(folder);
    return readRun(folder);
  }),
  manifest: inFolder("checkpoints/step-000003.json", async (folder) => {
    await loadCheckpoint(folder);
    return latestCheckpoint(folder);
  }),
  evaluation: inFolder("evaluation.json", readMeasurement),
  settings: inFolder("sweep.json", readSettings),
  weights: file("weights", async (path) => {
    const opened = await openWeights(path);
    for (const each of opened.value?.tensors.values() ?? []) {
      if (elementsOf(each.shape) < 1e6) await readTensor(each);
    }
    await opened.value?.close();
    return opened;
  }),
};

/** Torchvision's tiny models: the recordings of test/oracles/torchvision_parity.py beside what a formula makes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import type { Detected } from "../../bench/parity/compare.ts";
import type { PredictionRecord, TrainingRecord } from "../../bench/parity/measure.ts";
import { resolveFile } from "../../src/language.ts";
import type { Model } from "../../src/model/model.ts";
import type { HostTensors } from "../../src/runtime/session.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { importWeights } from "../../src/train/import-weights.ts";
import { safetensorsParts } from "../../src/weights/safetensors.ts";
import { formula } from "./formula.ts";

interface Packed {
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32";
  readonly data: string;
}

interface Law {
  readonly shape: readonly number[];
  readonly scale: number;
  readonly shift?: number;
}

/** Every `step`th number of a tensor. */
interface Sampled extends Packed {
  readonly step: number;
}

interface Fixture {
  readonly state: Readonly<Record<string, Law>>;
  readonly images: readonly {
    readonly inputs: Readonly<Record<string, Law>>;
    readonly outputs: Readonly<Record<string, Sampled>>;
    readonly whole: Readonly<Record<string, Packed>>;
  }[];
  readonly detections: readonly Detected[];
  readonly training: Readonly<Record<string, Packed>>;
  readonly losses: Readonly<Record<string, number>>;
}

const here = (file: string): string => fileURLToPath(new URL(`fixtures/${file}`, import.meta.url));

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function unpack({ shape, dtype, data }: Packed) {
  const { buffer } = Uint8Array.from(Buffer.from(data, "base64"));
  return { shape, data: dtype === "f32" ? new Float32Array(buffer) : new Int32Array(buffer) };
}

const mapValues = <T, R>(record: Readonly<Record<string, T>>, of: (value: T, key: string) => R) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value, key)]));

const made = (name: string, { shape, scale, shift = 0 }: Law) => ({
  shape,
  data: formula(name, elements(shape), scale, shift),
});

/** Height and width of the pictures, as in the oracle. */
const pictures = [
  [48, 70],
  [75, 50],
  [64, 64],
] as const;

/** RGB bytes: blocks of 8 pixels, and noise on them. */
function picture(index: number): Uint8Array {
  const [height, width] = pictures[index]!;
  const columns = Math.ceil(width / 8);
  const coarse = formula(`coarse ${index}`, Math.ceil(height / 8) * columns * 3, 100, 128);
  const fine = formula(`fine ${index}`, height * width * 3, 25);
  return Uint8Array.from(fine, (noise, at) => {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)];
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const block = Math.floor(y / 8) * columns + Math.floor(x / 8);
    return Math.floor(Math.fround(coarse[block * 3 + channel]! + noise));
  });
}

const normalized = (pixels: Uint8Array): Float32Array => {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  return Float32Array.from(pixels, (value, at) => (value / 255 - mean[at % 3]!) / deviation[at % 3]!);
};

/** Three ellipses on a picture of 64 pixels: boxes, labels, masks. */
function truths() {
  const boxes = [5, 8, 29, 40, 24, 30, 60, 58, 40, 4, 55, 19];
  const masks = Uint8Array.from({ length: 3 * 64 * 64 }, (_, at) => {
    const [object, y, x] = [Math.floor(at / 4096), Math.floor((at % 4096) / 64) + 0.5, (at % 64) + 0.5];
    const [a, b, c, d] = boxes.slice(object * 4, object * 4 + 4) as [number, number, number, number];
    const off = (each: number, from: number, to: number) => (each - (from + to) / 2) / ((to - from) / 2);
    return off(x, a, c) ** 2 + off(y, b, d) ** 2 <= 1 ? 1 : 0;
  });
  return {
    truthBoxes: { shape: [3, 4], data: Float32Array.from(boxes) },
    truthLabels: { shape: [3], data: Int32Array.of(1, 3, 2) },
    truthMasks: { shape: [3, 64, 64], data: masks },
  };
}

/** A tiny model with everything that torchvision's was given and gave. */
export interface Tiny {
  readonly model: Model;
  readonly state: HostTensors;
  /** Folder of the imported run. */
  readonly run: string;
  readonly files: readonly string[];
  readonly images: readonly (PredictionRecord & { readonly outputs: Readonly<Record<string, Sampled>> })[];
  readonly training: TrainingRecord;
  readonly detections: readonly Detected[];
  readonly remove: () => void;
}

/** Weights go the road of `rcnn import`: a file by torchvision's names, matched and turned. */
export async function openTiny(version: "v1" | "v2"): Promise<Tiny> {
  const fixture: Fixture = JSON.parse(readFileSync(here(`${version}.golden.json`), "utf8"));
  const config = here(`${version}.rcnn`);
  const folder = mkdtempSync(join(tmpdir(), "rcnn-parity-"));
  const weights = mapValues(fixture.state, (law, name) => ({ dtype: "f32" as const, ...made(name, law) }));
  const [file, run] = [join(folder, "weights.safetensors"), join(folder, "run")];
  writeFileSync(file, Buffer.concat([...safetensorsParts(weights)]));
  const imported = await importWeights({ file, config, set: [], out: run, seed: 0 });
  if (!imported.value) throw new Error(imported.diagnostics.map(({ message }) => message).join("\n"));
  const files = await Promise.all(pictures.map((_, index) => writePicture(folder, index)));
  return {
    model: (await resolveFile(config, {})).value!,
    state: (await loadCheckpoint(run)).value!.state,
    run,
    files,
    images: fixture.images.map(({ inputs, outputs, whole }, index) => ({
      tensors: {
        ...mapValues(whole, unpack),
        ...mapValues(inputs, (law, name) => made(`${index}/${name}`, law)),
      },
      outputs,
    })),
    training: { tensors: trainingTensors(fixture), losses: fixture.losses },
    detections: fixture.detections,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function writePicture(folder: string, index: number): Promise<string> {
  const [height, width] = pictures[index]!;
  const file = join(folder, `${index}.png`);
  await sharp(picture(index), { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}

function trainingTensors({ training }: Fixture) {
  const noise = (name: string, count: number) => ({
    shape: [count],
    data: formula(name, count).map((value) => (value + 1) / 2),
  });
  const tensors = mapValues(training, unpack);
  const proposed = tensors.proposals!.shape[0]!;
  return {
    ...tensors,
    ...truths(),
    image: { shape: [1, 64, 64, 3], data: normalized(picture(2)) },
    imageSizes: { shape: [1, 2], data: Float32Array.of(64, 64) },
    rpnNoise: noise("rpn noise", tensors.rpnLabels!.shape[0]!),
    regionNoise: noise("region noise", proposed + 3),
  };
}

/** Of a tensor's sampled numbers, how far ours are from them, relative to the norm of the sample. */
export function sampledError(ours: ArrayLike<number>, sampled: Sampled): number {
  const theirs = unpack(sampled).data;
  const own = Float64Array.from(theirs, (_, index) => ours[index * sampled.step]!);
  const norm = Math.hypot(...theirs);
  return Math.hypot(...own.map((value, index) => value - theirs[index]!)) / norm;
}

/** Torchvision's recordings of one model: made by its peer in Python, and read here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors } from "../../src/weights/safetensors.ts";
import { runCommand } from "../run-command.ts";
import type { Detected } from "./compare.ts";
import type { Recording } from "./feeds.ts";

export interface RecordedImage {
  readonly file: string;
  readonly height: number;
  readonly width: number;
  /** Detections in pixels of the file, and those of the same model in channels-last layout. */
  readonly eager: Detected;
  readonly channelsLast: Detected;
}

export interface Summary {
  readonly torchvision: string;
  readonly images: readonly RecordedImage[];
  readonly losses: Readonly<Record<string, number>>;
}

export interface Size {
  readonly shortest: number;
  readonly longest: number;
}

export interface Wanted extends Size {
  /** Pictures, at most 3. */
  readonly images: number;
  /** Of weights and pictures. */
  readonly seed: number;
}

/** Has torchvision make weights and pictures, and record what it does with them, in `folder`. */
export function record(interpreter: string, model: string, folder: string, wanted: Wanted): void {
  const script = join(import.meta.dirname, "..", "peers", "torchvision_parity.py");
  const options = Object.entries(wanted).flatMap(([name, value]) => [`--${name}`, String(value)]);
  runCommand(interpreter, [script, model, folder, ...options]);
}

export function readSummary(folder: string): Summary {
  const summary = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as Summary;
  const images = summary.images.map((image, index) => ({ ...image, file: join(folder, `${index}.png`) }));
  return { ...summary, images };
}

/** Tensors between the stages of a prediction or a training step of an image. */
export function readRecording(folder: string, image: number, kind: "predict" | "train"): Recording {
  const file = `${image}.${kind}.safetensors`;
  const { value, diagnostics } = readSafetensors(readFileSync(join(folder, file)), file);
  if (!value) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value.tensors;
}

/** What the commands ask of training, evaluation and prediction, and what they get back. */

import type { Detection } from "../data/dataset.ts";
import type { ModelOptions } from "../language.ts";
import type { ComputePrecision } from "../passes/pipeline.ts";
import type { MetricsRow } from "./metrics.ts";
import type { WeightsReport } from "./weights-report.ts";

/** Where a compiled model runs. */
export interface BackendChoice {
  /** Native where installed, else wasm, unless named. */
  readonly backend?: "native" | "wasm" | "cpu" | "reference";
  readonly device?: "cpu" | "gpu";
}

/** Where the pictures and what is known of them lie. */
export interface DataChoice {
  /** Folder with `train/` and `val/`. */
  readonly data: string;
  readonly format?: "coco" | "voc";
  /** In place of `<data>/<split>/instances.json` or `<data>/<split>/voc`. */
  readonly annotations?: string;
  /** In place of `<data>/<split>/images`. */
  readonly images?: string;
  /** Boxes for a model without an RPN, by the names of images. */
  readonly proposals?: string;
}

export type Variant = Required<Pick<ModelOptions, "model" | "changes">>;

/** One line for the user, such as which back end was taken. */
export type Log = (line: string) => void;

export interface TrainOptions extends BackendChoice, DataChoice {
  readonly config: string;
  /** In place of the config's last model: one of its models, with what a point of an ablation changes in it. */
  readonly variant?: Variant;
  /** `path=value`, in order; the places in messages are `--set[0]`, ... */
  readonly set: readonly string[];
  /** Folder of the run. */
  readonly out: string;
  readonly seed: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly rate?: number;
  /** A weight file or the folder of a run to begin with, in place of initial values where it matches. */
  readonly init?: string;
  /** Name or path of the mapping for `init`; the one that fits best unless given. */
  readonly mapping?: string;
  readonly log?: Log;
  /** Goes on with the run in `out` where there is one that was stopped. */
  readonly resume?: boolean;
  /** Steps between two checkpoints; one about every ten minutes unless given. */
  readonly checkpointEvery?: number;
  readonly onInit?: (report: WeightsReport) => void;
  readonly onStep?: (report: StepReport) => void;
}

export interface StepReport extends MetricsRow {
  /** Steps of the whole run. */
  readonly steps: number;
  /** Images in the step. */
  readonly images: number;
}

/** The document of `rcnn train --json`. */
export interface TrainSummary {
  /** Taken now: fewer than the run has where it went on. */
  readonly steps: number;
  readonly seconds: number;
  /** Over all steps but the first five, where there are more than ten. */
  readonly stepSeconds: { readonly mean: number; readonly median: number };
  readonly peakMemoryBytes: number;
  /** Terms of the last step and their sum, `total`. */
  readonly losses: Readonly<Record<string, number>>;
  readonly backend: string;
}

/** How images go to the model; detections differ by it only where padding reaches them. */
export interface PredictionChoice {
  /** Images a call; 1 unless given. */
  readonly batch?: number;
  /** Pads each image to the model's multiple and no further, as training code does for one image. */
  readonly exact?: boolean;
  /** Of what the model computes with; `float32` unless given. */
  readonly precision?: ComputePrecision;
}

export interface EvaluateOptions extends BackendChoice, DataChoice, PredictionChoice {
  /** Folder of the run. */
  readonly run: string;
  readonly split: "train" | "val";
  readonly metric: "coco" | "voc";
  readonly log?: Log;
  readonly onImage?: (done: number, of: number) => void;
}

/** The document of `rcnn evaluate --json`: `bbox` and `segm`, each from measure to value, -1 where undefined. */
export type EvaluateSummary = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface PredictOptions extends BackendChoice, PredictionChoice {
  readonly run: string;
  /** Files, folders and patterns. */
  readonly images: readonly string[];
  /** COCO instances JSON that gives the images their ids; they are counted from 1 unless given. */
  readonly annotations?: string;
  /** Boxes for a model without an RPN, by the names of images. */
  readonly proposals?: string;
  /** Least score of a detection; the config's unless given. */
  readonly score?: number;
  readonly log?: Log;
  readonly onImage?: (done: number, of: number) => void;
  /** Gets each image as it is done, in order. */
  readonly onPrediction?: (prediction: ImagePrediction) => void | Promise<void>;
}

type Categories = readonly { readonly id: number; readonly name: string }[];

export interface PredictSummary {
  readonly categories: Categories;
  /** Those that could be read. */
  readonly images: readonly ImageCount[];
}

export interface ImageCount {
  readonly fileName: string;
  /** Detections of each category. */
  readonly counts: readonly number[];
}

export interface ImagePrediction {
  readonly id: number;
  /** As named on the command line, or found in a folder named there. */
  readonly fileName: string;
  readonly image: { readonly width: number; readonly height: number; readonly data: Uint8Array };
  /** By descending score. */
  readonly detections: readonly Detection[];
  readonly categories: Categories;
}

/** Flags and arguments that several commands take, with one meaning each. */
import { Args, Errors, Flags } from "@oclif/core";
import type { BackendChoice, DataChoice, PredictionChoice } from "../train/api.ts";

export const configArgument = () =>
  Args.string({ required: true, description: "the config, `.rcnn` or `.yaml`" });
export const runArgument = () => Args.string({ required: true, description: "the folder of a run" });

export const ablationArgument = () =>
  Args.string({ required: true, description: "a file with `ablation` blocks, `.rcnn` or `.yaml`" });

/** A file or folder; the empty text, as an unset variable of a shell leaves it, is none. */
export const path = Flags.custom<string>({
  parse: async (text) => {
    if (text.trim() === "") throw new Errors.CLIError("Expected a path but received an empty text");
    return text;
  },
});

/** Of an image, in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** `800x1216`: height and width. */
export const sizeFlag = Flags.custom<Size>({
  helpValue: "HxW",
  parse: async (text) => {
    const [, height, width] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
    if (height === undefined || width === undefined)
      throw new Errors.CLIError(`Expected height x width in pixels, such as 800x1216, but received: ${text}`);
    return { height: Number(height), width: Number(width) };
  },
});

export const outFlag = (description: string, helpValue = "DIR") =>
  path({ required: true, helpValue, description });
export const optionalOutFlag = (description: string) => path({ helpValue: "DIR", description });

export const sweepOut = () =>
  path({ default: "runs", helpValue: "DIR", description: "folder of the runs of a sweep" });

/** Behind the text of a config: files of changes in their order, then single values in theirs. */
export const setFlags = {
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: "path=value",
    description: "override a value of the config",
  }),
  "set-file": path({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: "FILE",
    description: "overrides in a file: what may stand in a model, `.rcnn` or `.yaml`",
  }),
};

export const backendFlags = {
  backend: Flags.option({ options: ["native", "wasm", "cpu", "reference"] as const })({
    description: "where it runs; native where installed, else wasm",
  }),
  device: Flags.option({ options: ["cpu", "gpu"] as const })({
    description: "device of the native back end",
  }),
};

/** Whole numbers from `least` up, as far as 32 bits hold them. */
export const countFlag = (description: string, least = 1) =>
  Flags.integer({ min: least, max: 2 ** 31 - 1, description });

export const checkpointFlag = () =>
  countFlag("steps between two checkpoints, of which the latest is kept; about ten minutes unless given");

export const precisionFlags = {
  precision: Flags.option({ options: ["float32", "bfloat16"] as const })({
    description: "bfloat16: large products faster, on the native back end where the processor multiplies it",
  }),
};

/** How images go to a trained model. */
export const predictionFlags = {
  batch: countFlag("images a call of the model; 1 unless given"),
  exact: Flags.boolean({
    description: "pad each image to the model's multiple only, in place of two sizes for all",
  }),
  ...precisionFlags,
};

export const proposalsFlag = () =>
  path({ helpValue: "FILE", description: "boxes by image, JSON, for a model with `proposals = file`" });

/** Says nothing without the flags that it goes with. */
export const mappingFlag = (dependsOn: string[] = []) =>
  path({
    dependsOn,
    helpValue: "MAPPING",
    description: "how names of tensors are found: one of configs/weights, or a file; the one that fits best",
  });

export const dataFlags = {
  data: path({ required: true, helpValue: "DIR", description: "folder with train/ and val/" }),
  format: Flags.option({ options: ["coco", "voc"] as const })({
    description: "of the annotations; VOC where there is no instances.json",
  }),
  annotations: path({ helpValue: "PATH", description: "annotations that lie elsewhere" }),
  images: path({ helpValue: "DIR", description: "images that lie elsewhere" }),
  proposals: proposalsFlag(),
};

export const seedFlag = () =>
  Flags.integer({
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "of initial weights, order and sampling",
  });

/** Leaves out what was not given, as optional properties ask for. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

export const backendChoice = (flags: {
  backend?: BackendChoice["backend"] | undefined;
  device?: BackendChoice["device"] | undefined;
}): BackendChoice => given({ backend: flags.backend, device: flags.device });

export const predictionChoice = (flags: {
  batch?: number | undefined;
  exact?: boolean | undefined;
  precision?: PredictionChoice["precision"] | undefined;
}): PredictionChoice => given({ batch: flags.batch, exact: flags.exact, precision: flags.precision });

export const dataChoice = (flags: {
  data: string;
  format?: DataChoice["format"] | undefined;
  annotations?: string | undefined;
  images?: string | undefined;
  proposals?: string | undefined;
}): DataChoice => ({
  data: flags.data,
  ...given({
    format: flags.format,
    annotations: flags.annotations,
    images: flags.images,
    proposals: flags.proposals,
  }),
});

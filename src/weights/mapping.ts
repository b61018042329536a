/** A mapping: which tensor of a foreign file is which parameter of ours, and how its numbers are laid out. Data, read from JSON. */
import type { TrainedWith } from "./trained-with.ts";

/** Where a foreign layer has the background among its outputs. */
export type Background = "first" | "last" | "none";

/** `own`: as the model at hand has it. */
export type ForeignBackground = Background | "own";

export interface Layout {
  /** Axes of a convolution's filter: outputs, inputs, height, width. */
  readonly filter: string;
  /** Axes of a transposed convolution's. */
  readonly deconv: string;
  /** Axes of a dense layer's weights. */
  readonly dense: string;
  /** Order in which a region was laid out as a vector before a dense layer: channels, height, width. */
  readonly flatten: string;
}

export interface Mapping {
  readonly name: string;
  readonly summary: string;
  /** The file it was read from, and its text, for messages. */
  readonly source: { readonly name: string; readonly text: string };
  readonly layout: Layout;
  /** What follows the name of a layer for each of its parameters; of several, the first that is there. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** From patterns of our layers to templates of foreign ones; of several, the first that is there. */
  readonly layers: readonly (readonly [pattern: string, templates: readonly string[]])[];
  /** Patterns of layers without which a model is none of these, for all that names fit: another block, another depth. */
  readonly requires: readonly string[];
  /** Whether an export takes it without being asked. */
  readonly exports: boolean;
  /** Layers have our names. */
  readonly identity?: true;
  /** Values of parameters that the files do not hold; `1 - epsilon` cancels that of the layer. */
  readonly constants: Readonly<Record<string, number | "1 - epsilon">>;
  readonly background: Readonly<Record<"label" | "boxes" | "masks", ForeignBackground>>;
  /** Which of the two runs slower through the anchors of a cell. */
  readonly anchors: "ratiosFirst" | "sizesFirst";
  /** Foreign names that stand for nothing here; `*` is any text. */
  readonly ignore: readonly string[];
  /**
   * Foreign counters of a layer that have no counterpart, by the kind of layer: written by an export. torch asks for
   * those of batch normalization, and drops them where it is frozen.
   */
  readonly counters: Readonly<Record<string, string>>;
  readonly trained: TrainedWith;
  /** Tensors of some files that hold the mean and the deviation of pixels, in place of those of `trained`. */
  readonly pixels?: { readonly mean: string; readonly deviation: string };
  /** What is known of published files, by the first eight digits of their SHA-256. */
  readonly published: Readonly<Record<string, TrainedWith & { readonly file: string }>>;
}

/** As torch has them. */
export const defaultLayout: Layout = { filter: "OIHW", deconv: "IOHW", dense: "OI", flatten: "CHW" };

/** As torch calls them. */
export const defaultNames: Mapping["names"] = {
  filter: [".weight"],
  weights: [".weight"],
  bias: [".bias"],
  scale: [".weight"],
  offset: [".bias"],
  mean: [".running_mean"],
  variance: [".running_var"],
};

/** Our own files: our names, our layout. */
export const ownMapping: Mapping = {
  name: "rcnn",
  summary: "Checkpoints of rcnn itself.",
  source: { name: "rcnn", text: "" },
  layout: { filter: "HWIO", deconv: "HWOI", dense: "IO", flatten: "HWC" },
  names: Object.fromEntries(Object.keys(defaultNames).map((part) => [part, [`.${part}`]])),
  layers: [],
  requires: [],
  exports: false,
  identity: true,
  constants: {},
  background: { label: "own", boxes: "own", masks: "own" },
  anchors: "ratiosFirst",
  // State of the optimizer.
  ignore: ["*.momentum"],
  counters: {},
  trained: {},
  published: {},
};

/**
 * The resolved model: every module elaborated, every default filled, every derived number computed.
 * Plain JSON but for the spans; the one thing that the language column hands to the graph column.
 */
import type { Span } from "../diagnostics/span.ts";
import type { HeadModel, LossModel } from "./head-model.ts";
import type { InputModel, TrainModel } from "./train-model.ts";

export type { HeadModel, LossModel } from "./head-model.ts";
export type { InputModel, OptimizerModel, ScheduleModel, TrainModel } from "./train-model.ts";

/** What is known of a tensor between two layers before any image has a size. */
export type FeatureShape =
  /** `[N, H / stride, W / stride, channels]`; the image itself has stride 1 and 3 channels. */
  | { readonly kind: "image"; readonly channels: number; readonly stride: number }
  /** `[R, height, width, channels]`, pooled from regions. */
  | { readonly kind: "region"; readonly channels: number; readonly height: number; readonly width: number }
  /** `[R, channels]`. */
  | { readonly kind: "vector"; readonly channels: number };

export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly deviation: number }
  /** N(0, deviation^2), drawn again until within two deviations. */
  | { readonly kind: "truncatedNormal"; readonly deviation: number }
  /** U(-bound, bound). */
  | { readonly kind: "uniform"; readonly bound: number }
  /** U(-b, b), b = 1 / sqrt(fan in): what torch gives convolutions and dense layers, biases too. */
  | { readonly kind: "uniformFanIn" }
  /** U(-b, b), b = gain sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010). */
  | { readonly kind: "xavierUniform"; readonly gain: number }
  /** N(0, gain^2 2 / (fan in + fan out)) (Glorot and Bengio 2010). */
  | { readonly kind: "xavierNormal"; readonly gain: number }
  /** U(-b, b), b = sqrt(6 / ((1 + slope^2) fan)) (He et al. 2015). */
  | { readonly kind: "kaimingUniform"; readonly slope: number; readonly fan: "in" | "out" }
  /** N(0, 2 / ((1 + slope^2) fan)) (He et al. 2015). */
  | { readonly kind: "kaimingNormal"; readonly slope: number; readonly fan: "in" | "out" }
  /** Interpolation by a transposed convolution, each channel by itself (Long et al. 2015). */
  | { readonly kind: "bilinear" };

/** Values of layer attributes after elaboration. Sizes are `[height, width]`. */
export type AttributeValue =
  | number
  | boolean
  | string
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** One use of a primitive layer; its parameters are named `<path>.<parameter>`. */
export interface LayerUse {
  /** Result, use, `[i]` inside a repeat: `backbone.c2.rest[1].conv2`. Unique in the model. */
  readonly path: string;
  /** The layer component's name: `conv`, `batchNorm`, `relu`, `add`, ... */
  readonly layer: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Names of values: paths of other layers of this network, or names of its inputs. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly FeatureShape[];
  readonly output: FeatureShape;
  /** Where the layer is written. */
  readonly span: Span;
}

/** Primitive layers in an order in which they can run. */
export interface Network {
  readonly inputs: readonly { readonly name: string; readonly shape: FeatureShape }[];
  readonly layers: readonly LayerUse[];
  /** Named results, each with the value (layer path or input name) that it is. */
  readonly results: readonly {
    readonly name: string;
    readonly value: string;
    readonly shape: FeatureShape;
  }[];
}

/** A feature level that a component reads, by the name of a result of the backbone. */
export interface Level {
  readonly name: string;
  readonly stride: number;
  readonly channels: number;
}

export interface AnchorsModel {
  /** For each level, in the order of `rpn.levels`: side lengths in pixels. */
  readonly sizes: readonly (readonly number[])[];
  /** Height over width. */
  readonly ratios: readonly number[];
  /** Base anchors are rounded half to even, and strides are integers (torchvision). */
  readonly rounded: boolean;
  /** Anchors that cross the image's border: kept and clipped as proposals, or left out of training. */
  readonly straddling: "keep" | "discard";
  /** Anchors in a cell, `sizes * ratios`. */
  readonly perCell: number;
}

export interface MatchModel {
  /** Overlap from which a box is positive. */
  readonly positive: number;
  /** Overlap below which a box is negative; between the two it is ignored. */
  readonly negative: number;
  /** Lower end of the negative range (Fast R-CNN's 0.1), else 0. */
  readonly negativeFrom: number;
  /** Each truth keeps the boxes of its highest overlap, whatever that is. */
  readonly keepBest: boolean;
}

export interface SampleModel {
  /** Boxes an image. */
  readonly count: number;
  /** At most this fraction of them is positive. */
  readonly positive: number;
}

export interface BoxCoderModel {
  /** Factors of dx, dy, dw, dh. */
  readonly weights: readonly [number, number, number, number];
  /** Upper limit of dw and dh before the exponential: log(1000 / 16). */
  readonly clamp: number;
}

export interface PerMode {
  readonly train: number;
  readonly test: number;
}

export interface RpnModel {
  readonly levels: readonly Level[];
  readonly anchors: AnchorsModel;
  /** Applied to each level with the same parameters; input `input`, result `output`. */
  readonly head: Network;
  /** Of the two 1x1 convolutions behind the head: `rpn.objectness`, `rpn.boxes`. */
  readonly initializer: Initializer;
  readonly match: MatchModel;
  readonly sample: SampleModel;
  readonly coder: BoxCoderModel;
  readonly propose: {
    /** Highest scored boxes a level before NMS. */
    readonly before: PerMode;
    readonly nms: number;
    /** Boxes an image after NMS. */
    readonly after: PerMode;
    readonly minimumSize: number;
    readonly minimumScore: number;
  };
  readonly loss: {
    readonly objectness: LossModel;
    readonly boxes: LossModel;
    readonly objectnessWeight: number;
    readonly boxesWeight: number;
  };
}

type BinSize = readonly [height: number, width: number];

/** How a region of a feature map becomes a grid of bins; `sampling` points a bin side, of which a bin keeps `reduce`. */
export type RoiOpModel =
  /** Quantised maximum (Girshick 2015). */
  | { readonly kind: "roiPool"; readonly size: BinSize }
  /** Dai et al. 2016. */
  | {
      readonly kind: "roiWarp";
      readonly size: BinSize;
      readonly sampling: number;
      readonly reduce: "average" | "max";
    }
  /** He et al. 2017. */
  | {
      readonly kind: "roiAlign";
      readonly size: BinSize;
      readonly sampling: number | "adaptive";
      readonly aligned: boolean;
      readonly reduce: "average" | "max";
    }
  /** Crop and resize. */
  | { readonly kind: "roiCrop"; readonly size: BinSize };

export interface RegionsModel {
  readonly levels: readonly Level[];
  /** Level of a region: floor(level + log2(sqrt(area) / size) + epsilon) (Lin et al. 2017, eq. 1). */
  readonly assign: { readonly size: number; readonly level: number; readonly epsilon: number };
  readonly match: MatchModel;
  readonly sample: SampleModel;
  /** Truths join the proposals in training. */
  readonly addTruths: boolean;
  readonly pool: RoiOpModel;
  /** Input `input` (pooled), result `output`. */
  readonly trunk: Network;
  /** Where the background stands among the outputs of the heads. */
  readonly background: "first" | "last";
  readonly heads: readonly HeadModel[];
}

export interface DetectModel {
  readonly score: number;
  readonly nms: number;
  /** Whether only boxes of the same class push each other out. */
  readonly perClass: boolean;
  readonly keep: number;
  readonly minimumSize: number;
  /** Probability from which a pixel belongs to a mask. */
  readonly maskThreshold: number;
}

export interface Model {
  readonly name: string;
  readonly documentation: string;
  /** Foreground classes. */
  readonly classes: number;
  readonly input: InputModel;
  /** Input `image`; its results are the levels that `rpn` and `regions` read. */
  readonly backbone: Network;
  readonly rpn: RpnModel;
  readonly regions: RegionsModel;
  readonly detect: DetectModel;
  readonly train: TrainModel;
  /** Where each part is written, by its path: `rpn.anchors`, `regions.pool`, ... */
  readonly places: Readonly<Record<string, Span>>;
}

/**
 * The resolved model: every module elaborated, every default filled, every derived number computed.
 * Plain JSON but for the spans; the one thing that the language column hands to the graph column.
 */
import type { Span } from "../diagnostics/span.ts";
import type { HeadModel } from "./head-model.ts";
import type { MatchModel, PerMode, RpnModel, SampleModel } from "./rpn-model.ts";
import type { InputModel, TrainModel } from "./train-model.ts";

export type { HeadModel, LossModel } from "./head-model.ts";
export type {
  AnchorsModel,
  BoxCoderModel,
  MatchModel,
  PerMode,
  RpnModel,
  SampleModel,
} from "./rpn-model.ts";
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
  /** The outermost block or network that it came with, such as `resnet` or `fpn`; absent where it stands by itself. */
  readonly module?: string;
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

interface Pooling {
  /** Bins, height and width. */
  readonly size: readonly [height: number, width: number];
}

interface Sampled extends Pooling {
  /** So many of them on each side show what is around the region, which is enlarged for it (Girshick et al. 2014). */
  readonly context: readonly [rows: number, columns: number];
}

/** How a region of a feature map becomes a grid of bins; `sampling` points a bin side, of which a bin keeps `reduce`. */
export type RoiOpModel =
  /** Quantised maximum (Girshick 2015). */
  | (Pooling & { readonly kind: "roiPool" })
  /** Dai et al. 2016. */
  | (Sampled & {
      readonly kind: "roiWarp";
      readonly sampling: number;
      readonly reduce: "average" | "max";
    })
  /** He et al. 2017. */
  | (Sampled & {
      readonly kind: "roiAlign";
      readonly sampling: number | "adaptive";
      readonly aligned: boolean;
      readonly reduce: "average" | "max";
    })
  /** Crop and resize. */
  | (Sampled & { readonly kind: "roiCrop" });

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

/** Boxes that are fed with the images. */
export interface OutsideProposals {
  /** Most boxes an image. */
  readonly count: PerMode;
  readonly minimumSize: number;
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
  /** How a mask gets into the image: its box in whole pixels, or sampled at the centre of each pixel. */
  readonly paste: "rounded" | "sampled";
}

export interface Model {
  readonly name: string;
  readonly documentation: string;
  /** Foreground classes. */
  readonly classes: number;
  /** Whether categories are numbered anew from 1, or their ids are the classes. */
  readonly classIds: "contiguous" | "raw";
  readonly input: InputModel;
  /** Input `image`; its results are the levels that `rpn` and `regions` read. */
  readonly backbone: Network;
  /** Null where regions come from outside. */
  readonly rpn: RpnModel | null;
  readonly proposals: OutsideProposals | null;
  /** `inclusive`: the last pixel belongs to a box, which RoI ops and the border of the image see. */
  readonly boxWidth: "difference" | "inclusive";
  readonly regions: RegionsModel;
  readonly detect: DetectModel;
  readonly train: TrainModel;
  /** Where each part is written, by its path: `rpn.anchors`, `regions.pool`, ... */
  readonly places: Readonly<Record<string, Span>>;
}

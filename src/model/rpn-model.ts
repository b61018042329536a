/** The resolved first stage: anchors, what trains on them, and what becomes a proposal. */
import type { LossModel } from "./head-model.ts";
import type { Initializer, Level, Network } from "./model.ts";

export interface AnchorsModel {
  /** For each level, in the order of `rpn.levels`: side lengths in pixels. */
  readonly sizes: readonly (readonly number[])[];
  /** For each level: height over width. */
  readonly ratios: readonly (readonly number[])[];
  /**
   * `corners`: base anchors are rounded half to even, and strides are whole (torchvision). `sides`: widths and
   * heights of anchors as large as the stride are rounded, then scaled (py-faster-rcnn).
   */
  readonly rounding: "corners" | "sides" | "none";
  /** Where in its cell an anchor stands: 0 is the upper left corner, 0.5 the middle. */
  readonly offset: number;
  /** Anchors are cut at the border of the image. */
  readonly clip: boolean;
  /** Anchors that cross the image's border: kept and clipped as proposals, or left out of training. */
  readonly straddling: "keep" | "discard";
  /** Anchors in a cell, `sizes * ratios` of every level. */
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
  /** At most this fraction of them is positive; of the hardest, any may be. */
  readonly positive: number;
  readonly choose:
    | { readonly kind: "random" }
    /** Those of highest loss, none of which overlaps a harder one by more than `nms` (Shrivastava et al. 2016). */
    | { readonly kind: "hardest"; readonly nms: number };
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

export interface ProposeModel {
  /** Highest scored boxes before NMS, of each level or of all together. */
  readonly before: PerMode;
  readonly beforeOver: "level" | "image";
  readonly nms: number;
  /** How boxes of different levels are kept from suppressing each other. */
  readonly separate: "offset" | "oneByOne";
  /** Boxes a level after its NMS. */
  readonly afterLevel: PerMode | null;
  /** Boxes after NMS: of an image, or in training of all images of the step together. */
  readonly after: PerMode;
  readonly afterOver: "image" | "batch";
  readonly minimumSize: number;
  readonly minimumScore: number;
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
  readonly propose: ProposeModel;
  readonly loss: {
    readonly objectness: LossModel;
    readonly boxes: LossModel;
    readonly objectnessWeight: number;
    readonly boxesWeight: number;
  };
}

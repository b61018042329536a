/** The resolved heads and losses: what each head reads, the layers it adds, its last layer and what it is trained for. */
import type { Span } from "../diagnostics/span.ts";
import type { BoxCoderModel, Initializer, Network, RoiOpModel } from "./model.ts";

export type LossModel =
  | { readonly kind: "binaryCrossEntropy" }
  | { readonly kind: "softmaxCrossEntropy" }
  | { readonly kind: "sigmoidCrossEntropy" }
  /** Lin et al. 2017, "Focal loss", equation 5. */
  | { readonly kind: "focal"; readonly alpha: number; readonly gamma: number }
  /** One-against-the-rest linear machines (Girshick et al. 2014, section 2.3). */
  | { readonly kind: "hinge" }
  | { readonly kind: "smoothL1"; readonly beta: number }
  | { readonly kind: "l1" }
  /** On decoded boxes: 1 - IoU and its relatives (Rezatofighi et al. 2019; Zheng et al. 2020). */
  | { readonly kind: "iou" | "giou" | "diou" | "ciou" };

/** Where a head goes on from: a layer inside the trunk by its path, or what another head's layers give. */
export type HeadFrom =
  | { readonly kind: "layer"; readonly path: string }
  | { readonly kind: "head"; readonly name: string };

interface HeadCommon {
  readonly name: string;
  readonly path: string;
  /** How the head pools regions for itself; null where it goes on from something else. */
  readonly pool: RoiOpModel | null;
  /** Absent where it goes on from the end of the trunk, or pools for itself. */
  readonly from?: HeadFrom;
  /** Input `input`, result `output`; of no layers where the last layer follows at once. */
  readonly layers: Network;
  /** Of the last layer, which follows from the kind of head. */
  readonly initializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly loss: LossModel;
  readonly weight: number;
  readonly span: Span;
}

export type HeadModel =
  | (HeadCommon & {
      readonly kind: "classify";
      /** `classes + 1` for a softmax, `classes` for scores that stand alone. */
      readonly outputs: number;
    })
  | (HeadCommon & {
      readonly kind: "regress";
      readonly perClass: boolean;
      /** Whether the background has a box of its own, which nothing trains. */
      readonly withBackground: boolean;
      /** `4 * (classes + 1)` or `4 * classes`, or 4. */
      readonly outputs: number;
      readonly coder: BoxCoderModel;
    })
  | (HeadCommon & {
      readonly kind: "segment";
      readonly perClass: boolean;
      /** Whether the background has a mask of its own. */
      readonly withBackground: boolean;
      /** Mask logits a pixel: `classes + 1` or `classes`, or 1. */
      readonly outputs: number;
      /** Side of the masks, in cells. */
      readonly size: number;
    });

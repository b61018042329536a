/** The loss of a predicted box: of its code against the true one's, or of the decoded boxes by their overlap. */
import type { Value } from "../ir/types.ts";
import type { BoxCoderModel, LossModel } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import { corners, decodeBoxes, encodeBoxes } from "./boxes.ts";
import { smoothL1 } from "./losses.ts";

export interface PredictedBoxes {
  /** `[M, 4]`. */
  readonly deltas: Value;
  /** `[M, 4]` pixels: what the deltas start from. */
  readonly boxes: Value;
  /** `[M, 4]` pixels: where they should lead. */
  readonly truths: Value;
  /** bool `[M, 1]`; the rest may hold anything, and its loss is not meant. */
  readonly valid: Value;
}

export interface BoxLoss {
  readonly loss: LossModel;
  readonly coder: BoxCoderModel;
}

/** `[M, 4]` for losses of codes, `[M, 1]` for those of overlap. */
export function lossOfBoxes(b: Builder, { loss, coder }: BoxLoss, predicted: PredictedBoxes): Value {
  const { deltas, boxes, truths, valid } = predicted;
  switch (loss.kind) {
    case "iou":
    case "giou":
    case "diou":
    case "ciou": {
      // Padded rows have no area, by which the losses divide.
      const real = (value: Value) => b.select(valid, value, b.constant([0, 0, 1, 1], "f32", [1, 4]));
      const decoded = decodeBoxes(b, coder, b.select(valid, deltas, 0), real(boxes));
      return overlapLoss(b, loss.kind, decoded, real(truths));
    }
    default: {
      // The code of a padded row is not a number: zero before it meets a gradient.
      const target = b.stopGradient(b.select(valid, encodeBoxes(b, coder, truths, boxes), 0));
      return smoothL1(b, b.sub(deltas, target), loss.kind === "smoothL1" ? loss.beta : 0);
    }
  }
}

/** Keeps quotients finite, as in torchvision's losses. */
const epsilon = 1e-7;

type Corners = readonly [Value, Value, Value, Value];

/** `[M, 1]` of boxes `[M, 4]`; torchvision.ops `generalized_box_iou_loss`, `distance_box_iou_loss`, `complete_box_iou_loss`. */
export function overlapLoss(
  b: Builder,
  kind: "iou" | "giou" | "diou" | "ciou",
  predicted: Value,
  truths: Value,
): Value {
  const [own, wanted] = [corners(b, predicted), corners(b, truths)];
  const within = boxOf(b, own, wanted, "intersection");
  const inside = b.mul(b.maximum(sideOf(b, within, 0), 0), b.maximum(sideOf(b, within, 1), 0));
  const union = b.sub(b.add(areaOf(b, own), areaOf(b, wanted)), inside);
  const overlap = b.div(inside, b.add(union, epsilon));
  const apart = b.sub(1, overlap);
  if (kind === "iou") return apart;
  const around = boxOf(b, own, wanted, "hull");
  if (kind === "giou") {
    const hull = areaOf(b, around);
    return b.add(apart, b.div(b.sub(hull, union), b.add(hull, epsilon)));
  }
  const diagonal = b.add(b.add(b.square(sideOf(b, around, 0)), b.square(sideOf(b, around, 1))), epsilon);
  const distance = b.add(b.square(shiftOf(b, own, wanted, 0)), b.square(shiftOf(b, own, wanted, 1)));
  const loss = b.add(apart, b.div(distance, diagonal));
  return kind === "diou" ? loss : b.add(loss, shapePenalty(b, own, wanted, overlap));
}

/** alpha v of CIoU; no gradient flows through alpha. */
function shapePenalty(b: Builder, own: Corners, wanted: Corners, overlap: Value): Value {
  const angle = (box: Corners) => b.atan(b.div(sideOf(b, box, 0), sideOf(b, box, 1)));
  const v = b.mul(b.square(b.sub(angle(wanted), angle(own))), 4 / Math.PI ** 2);
  const alpha = b.stopGradient(b.div(v, b.add(b.add(b.sub(1, overlap), v), epsilon)));
  return b.mul(alpha, v);
}

function boxOf(b: Builder, one: Corners, other: Corners, of: "intersection" | "hull"): Corners {
  const [low, high] = of === "hull" ? (["minimum", "maximum"] as const) : (["maximum", "minimum"] as const);
  return [
    b[low](one[0], other[0]),
    b[low](one[1], other[1]),
    b[high](one[2], other[2]),
    b[high](one[3], other[3]),
  ];
}

/** Width for axis 0, height for axis 1. */
const sideOf = (b: Builder, box: Corners, axis: 0 | 1): Value => b.sub(box[axis + 2]!, box[axis]);

const areaOf = (b: Builder, box: Corners): Value => b.mul(sideOf(b, box, 0), sideOf(b, box, 1));

/** Between the centres, along one axis. */
const shiftOf = (b: Builder, one: Corners, other: Corners, axis: 0 | 1): Value =>
  b.mul(b.sub(b.add(one[axis], one[axis + 2]!), b.add(other[axis], other[axis + 2]!)), 0.5);

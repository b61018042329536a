/** The box head: four deltas a region, for each class or for all of them (Girshick 2015, section 2.3). */
import type { HeadModel } from "../../model/model.ts";
import type { Value } from "../../ir/types.ts";
import { decodeBoxes, encodeBoxes } from "../boxes.ts";
import type { LowerContext } from "../context.ts";
import { lowerDense } from "../dense.ts";
import { boxLoss, countValid, perSample, sumValid } from "../losses.ts";
import { firstRegions, type TrainingRegions } from "../regions.ts";
import { flattenRows, gatherRows, iota } from "../rows.ts";
import type { Truths } from "../truths.ts";

export type RegressHead = Extract<HeadModel, { kind: "regress" }>;

/** Deltas `[R, K + 1, 4]`, the background's first, or `[R, 1, 4]`. */
export function lowerBoxDeltas(context: LowerContext, head: RegressHead, features: Value): Value {
  const deltas = lowerDense(context, head, features);
  const [rows, outputs] = deltas.type.shape as [number, number];
  return context.at(head.path).reshape(deltas, { shape: [rows, outputs / 4, 4] });
}

/** Sum over positives of the loss on their own class's deltas, divided by the number of all samples. */
export function lowerBoxLoss(
  context: LowerContext,
  head: RegressHead,
  deltas: Value,
  regions: TrainingRegions,
  truths: Truths,
): Value {
  const b = context.at(`${head.path}.loss`);
  const [n, s] = regions.valid.type.shape as [number, number];
  const groups = deltas.type.shape[1]!;
  // Positives come first, so only the first slots of an image can carry a loss.
  const first = firstRegions(context, regions, regions.positiveSlots);
  const slots = regions.positiveSlots;
  const table = b.reshape(deltas, { shape: [n, s * groups, 4] });
  const row = b.constant(
    iota(slots).map((slot) => slot * groups),
    "i32",
    [1, slots],
  );
  const own = head.perClass ? b.add(first.labels, row) : b.add(b.mul(first.labels, 0), row);
  const predicted = flattenRows(b, gatherRows(b, table, own));
  const wanted = flattenRows(b, gatherRows(b, truths.boxes, first.truth));
  const positive = b.reshape(b.greater(first.labels, 0), { shape: [n * slots, 1] });
  const codes = encodeBoxes(b, head.coder, wanted, flattenRows(b, first.boxes));
  // Padded rows have no area, so their code is not a number: zero before it meets a gradient.
  const target = b.stopGradient(b.select(positive, codes, 0));
  const total = sumValid(b, boxLoss(b, head.loss, predicted, target), positive);
  return b.mul(perSample(b, total, countValid(b, regions.valid)), head.weight);
}

/** Decoded boxes `[R, K, 4]` of the classes without the background, from `boxes [R, 4]`. */
export function lowerClassBoxes(context: LowerContext, head: RegressHead, deltas: Value, boxes: Value): Value {
  const b = context.at(head.path);
  const { classes } = context.model;
  const [rows, groups] = deltas.type.shape as [number, number];
  const own = b.reshape(boxes, { shape: [rows, 1, 4] });
  if (groups === 1) return b.broadcastTo(decodeBoxes(b, head.coder, deltas, own), { shape: [rows, classes, 4] });
  const foreground = b.slice(deltas, { begin: [0, 1, 0], size: [rows, classes, 4] });
  return decodeBoxes(b, head.coder, foreground, own);
}

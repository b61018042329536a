/** The box head: four deltas a region, for each class or for all of them (Girshick 2015, section 2.3). */
import type { Value } from "../../ir/types.ts";
import type { HeadModel } from "../../model/model.ts";
import { lossOfBoxes } from "../box-loss.ts";
import { decodeBoxes } from "../boxes.ts";
import type { LowerContext } from "../context.ts";
import { lowerDense } from "../dense.ts";
import { countValid, perSample, sumValid } from "../losses.ts";
import { firstRegions, type TrainingRegions } from "../regions.ts";
import { flattenRows, gatherRows, iota } from "../rows.ts";
import type { Truths } from "../truths.ts";
import { columnOfLabels, columnsOf } from "./columns.ts";

export type RegressHead = Extract<HeadModel, { kind: "regress" }>;

/** Deltas `[R, outputs / 4, 4]`: a row for each class, or one. */
export function lowerBoxDeltas(context: LowerContext, head: RegressHead, features: Value): Value {
  const deltas = lowerDense(context, head, features);
  const [rows, outputs] = deltas.type.shape as [number, number];
  return context.at(head.path).reshape(deltas, { shape: [rows, outputs / 4, 4] });
}

/** Losses of the regions that can be positive on their own class's deltas, `[N * P, 4 or 1]`, and which are, bool `[N * P, 1]`. */
export function lossOfRegions(
  context: LowerContext,
  head: RegressHead,
  deltas: Value,
  regions: TrainingRegions,
  truths: Truths,
): { readonly losses: Value; readonly positive: Value } {
  const b = context.at(`${head.path}.loss`);
  // Positives come first, so only the first slots of an image can carry a loss.
  const first = firstRegions(context, regions, regions.positiveSlots);
  const positive = b.reshape(b.greater(first.labels, 0), {
    shape: [first.labels.type.shape[0]! * regions.positiveSlots, 1],
  });
  const losses = lossOfBoxes(b, head, {
    deltas: ownDeltas(context, head, deltas, first.labels, regions.valid.type.shape[1]!),
    boxes: flattenRows(b, first.boxes),
    truths: flattenRows(b, gatherRows(b, truths.boxes, first.truth)),
    valid: positive,
  });
  return { losses, positive };
}

/** Sum over positives of their losses, divided by the number of all samples. */
export function lowerBoxLoss(
  context: LowerContext,
  head: RegressHead,
  deltas: Value,
  regions: TrainingRegions,
  truths: Truths,
): Value {
  const b = context.at(`${head.path}.loss`);
  const { losses, positive } = lossOfRegions(context, head, deltas, regions, truths);
  return b.mul(perSample(b, sumValid(b, losses, positive), countValid(b, regions.valid)), head.weight);
}

/** Deltas `[N * P, 4]` of each region's own class, `labels` i32 `[N, P]` of the first P of `samples` regions an image. */
function ownDeltas(
  context: LowerContext,
  head: RegressHead,
  deltas: Value,
  labels: Value,
  samples: number,
): Value {
  const b = context.at(`${head.path}.loss`);
  const [n, slots] = labels.type.shape as [number, number];
  const groups = deltas.type.shape[1]!;
  const table = b.reshape(deltas, { shape: [n, samples * groups, 4] });
  const row = b.constant(
    iota(slots).map((slot) => slot * groups),
    "i32",
    [1, slots],
  );
  const columns = columnsOf(context.model, head.withBackground);
  const own = head.perClass ? columnOfLabels(b, columns, labels) : b.mul(labels, 0);
  return flattenRows(b, gatherRows(b, table, b.add(own, row)));
}

/** Decoded boxes `[R, K, 4]` of the classes without the background, from `boxes [R, 4]`. */
export function lowerClassBoxes(
  context: LowerContext,
  head: RegressHead,
  deltas: Value,
  boxes: Value,
): Value {
  const b = context.at(`${head.path}.decode`);
  const { classes, first } = columnsOf(context.model, head.withBackground);
  const rows = deltas.type.shape[0]!;
  const own = b.reshape(boxes, { shape: [rows, 1, 4] });
  if (!head.perClass) {
    return b.broadcastTo(decodeBoxes(b, head.coder, deltas, own), { shape: [rows, classes, 4] });
  }
  const foreground = b.slice(deltas, { begin: [0, first, 0], size: [rows, classes, 4] });
  return decodeBoxes(b, head.coder, foreground, own);
}

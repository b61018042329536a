/** The classification head: a softmax over the background and the classes (Girshick 2015, section 2.3), or each class against the rest. */
import type { Value } from "../../ir/types.ts";
import type { HeadModel } from "../../model/model.ts";
import type { LowerContext } from "../context.ts";
import { lowerDense } from "../dense.ts";
import {
  binaryCrossEntropy,
  countValid,
  focal,
  hinge,
  logSoftmax,
  perSample,
  softmaxCrossEntropy,
  sumValid,
} from "../losses.ts";
import type { TrainingRegions } from "../regions.ts";
import { columnOfLabels, columnsOf, oneHot } from "./columns.ts";

export type ClassifyHead = Extract<HeadModel, { kind: "classify" }>;

/** Class logits `[R, outputs]`, from features `[R, C]`. */
export const lowerClassLogits = (context: LowerContext, head: ClassifyHead, features: Value): Value =>
  lowerDense(context, head, features);

/** Loss of each of `R` regions, `[R]`; `labels` i32 `[R]`, class from 1 and 0 for the background. */
export function lossOfClasses(
  context: LowerContext,
  head: ClassifyHead,
  logits: Value,
  labels: Value,
): Value {
  const b = context.at(`${head.path}.loss`);
  const { model } = context;
  if (head.loss.kind === "softmaxCrossEntropy") {
    return softmaxCrossEntropy(b, logits, columnOfLabels(b, columnsOf(model, true), labels));
  }
  const [rows, classes] = logits.type.shape as [number, number];
  // The background is column -1: it has no output, and every class is wrong for it.
  const targets = oneHot(b, classes, b.reshape(b.sub(labels, 1), { shape: [rows] }));
  return b.sum(againstRest(context, head, logits, targets), { axes: [1], keepDims: false });
}

function againstRest(
  context: LowerContext,
  { path, loss }: ClassifyHead,
  logits: Value,
  targets: Value,
): Value {
  const b = context.at(`${path}.loss`);
  switch (loss.kind) {
    case "focal":
      return focal(b, logits, targets, loss);
    case "hinge":
      return hinge(b, logits, targets);
    default:
      return binaryCrossEntropy(b, logits, targets);
  }
}

/** Mean loss over the sampled regions of the batch; the focal loss is divided by the positives (Lin et al. 2017, section 4). */
export function lowerClassLoss(
  context: LowerContext,
  head: ClassifyHead,
  logits: Value,
  regions: TrainingRegions,
): Value {
  const b = context.at(`${head.path}.loss`);
  const rows = logits.type.shape[0]!;
  const valid = b.reshape(regions.valid, { shape: [rows] });
  const labels = b.reshape(regions.labels, { shape: [rows] });
  const losses = lossOfClasses(context, head, logits, labels);
  const counted = head.loss.kind === "focal" ? b.logicalAnd(valid, b.greater(labels, 0)) : valid;
  return b.mul(perSample(b, sumValid(b, losses, valid), countValid(b, counted)), head.weight);
}

/** Scores `[R, K]` of the foreground classes, from 0 to 1. */
export function lowerClassScores(context: LowerContext, head: ClassifyHead, logits: Value): Value {
  const b = context.at(`${head.path}.scores`);
  if (head.loss.kind !== "softmaxCrossEntropy") return b.sigmoid(logits);
  const { classes, first } = columnsOf(context.model, true);
  const rows = logits.type.shape[0]!;
  return b.slice(b.exp(logSoftmax(b, logits)), { begin: [0, first], size: [rows, classes] });
}

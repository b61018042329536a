/** The classification head: a softmax over the background and the classes (Girshick 2015, section 2.3). */
import type { HeadModel } from "../../model/model.ts";
import type { Value } from "../../ir/types.ts";
import type { LowerContext } from "../context.ts";
import { lowerDense } from "../dense.ts";
import { countValid, logSoftmax, perSample, softmaxCrossEntropy, sumValid } from "../losses.ts";
import type { TrainingRegions } from "../regions.ts";

export type ClassifyHead = Extract<HeadModel, { kind: "classify" }>;

/** Class logits `[R, K + 1]`, the background first, from the trunk's `[R, C]`. */
export const lowerClassLogits = (context: LowerContext, head: ClassifyHead, features: Value): Value =>
  lowerDense(context, head, features);

/** Mean cross entropy over the sampled regions of the batch. */
export function lowerClassLoss(context: LowerContext, head: ClassifyHead, logits: Value, regions: TrainingRegions): Value {
  const b = context.at(`${head.path}.loss`);
  const rows = logits.type.shape[0]!;
  const valid = b.reshape(regions.valid, { shape: [rows] });
  const losses = softmaxCrossEntropy(b, logits, b.reshape(regions.labels, { shape: [rows] }));
  return b.mul(perSample(b, sumValid(b, losses, valid), countValid(b, valid)), head.weight);
}

/** Probabilities `[R, K + 1]`. */
export function lowerClassScores(context: LowerContext, head: ClassifyHead, logits: Value): Value {
  const b = context.at(head.path);
  return b.exp(logSoftmax(b, logits));
}

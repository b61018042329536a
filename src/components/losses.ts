/** Losses an element, and their mean over valid samples (0 / 0 = 0). */

import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";

/** -t log(p) - (1 - t) log(1 - p), p = sigmoid(logits), as softplus(x) - x t: finite for every logit. */
export function binaryCrossEntropy(b: Builder, logits: Value, targets: Value): Value {
  return b.sub(b.softplus(logits), b.mul(logits, targets));
}

/**
 * alpha_t (1 - p_t)^gamma (-log p_t) of each score for itself, targets 0 or 1 (Lin et al. 2017, "Focal loss", eq. 5).
 * With z the logit signed by its target, 1 - p_t is exp(-softplus(z)) and -log p_t is softplus(-z): finite for every logit.
 */
export function focal(
  b: Builder,
  logits: Value,
  targets: Value,
  { alpha, gamma }: { readonly alpha: number; readonly gamma: number },
): Value {
  const signed = b.mul(logits, signOf(b, targets));
  const share = b.add(b.mul(targets, 2 * alpha - 1), 1 - alpha);
  const doubt = b.exp(b.mul(b.softplus(signed), -gamma));
  return b.mul(b.mul(share, doubt), b.softplus(b.neg(signed)));
}

/** max(0, 1 - y s), y = 1 where the target is 1 and -1 where it is 0 (Cortes and Vapnik 1995). */
export const hinge = (b: Builder, scores: Value, targets: Value): Value =>
  b.maximum(b.sub(1, b.mul(scores, signOf(b, targets))), 0);

/** 1 for a target of 1, -1 for 0. */
const signOf = (b: Builder, targets: Value): Value => b.sub(b.mul(targets, 2), 1);

/** Log-probabilities over the last axis. */
export function logSoftmax(b: Builder, logits: Value): Value {
  const axes = [logits.type.shape.length - 1];
  const highest = b.stopGradient(b.max(logits, { axes, keepDims: true }));
  const shifted = b.sub(logits, highest);
  return b.sub(shifted, b.log(b.sum(b.exp(shifted), { axes, keepDims: true })));
}

/** `logits [R, K]`, `labels` i32 `[R]` -> `[R]`. */
export function softmaxCrossEntropy(b: Builder, logits: Value, labels: Value): Value {
  const [rows, classes] = logits.type.shape as [number, number];
  const wanted = b.equal(
    b.reshape(labels, { shape: [rows, 1] }),
    b.constant(
      Array.from({ length: classes }, (_, index) => index),
      "i32",
      [1, classes],
    ),
  );
  const picked = b.mul(logSoftmax(b, logits), b.cast(wanted, { dtype: "f32" }));
  return b.neg(b.sum(picked, { axes: [1], keepDims: false }));
}

/** 0.5 d^2 / beta where |d| < beta, else |d| - beta / 2 (Girshick 2015, eq. 3); beta 0 is L1. */
export function smoothL1(b: Builder, difference: Value, beta: number): Value {
  const size = b.abs(difference);
  if (beta === 0) return size;
  const near = b.mul(b.square(difference), 0.5 / beta);
  return b.select(b.less(b.stopGradient(size), beta), near, b.sub(size, beta / 2));
}

/** Sum of `losses` where `valid` (bool, broadcastable); the rest may hold anything, NaN too. */
export function sumValid(b: Builder, losses: Value, valid: Value): Value {
  const axes = losses.type.shape.map((_, axis) => axis);
  return b.sum(b.select(valid, losses, 0), { axes, keepDims: false });
}

/** `total / count`, and 0 where nothing counts. */
export const perSample = (b: Builder, total: Value, count: Value): Value => b.div(total, b.maximum(count, 1));

/** How many are true: f32 `[]`. */
export function countValid(b: Builder, valid: Value): Value {
  const axes = valid.type.shape.map((_, axis) => axis);
  return b.sum(b.cast(valid, { dtype: "f32" }), { axes, keepDims: false });
}

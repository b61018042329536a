/** The mask head: a small fully convolutional network on each region, one binary mask a class (He et al. 2017, section 3). */

import type { Value } from "../../ir/types.ts";
import type { HeadModel } from "../../model/model.ts";
import type { LowerContext } from "../context.ts";
import { type LastLayer, lowerDense, lowerPointwise, pointwiseParameters } from "../dense.ts";
import { binaryCrossEntropy, countValid, logSoftmax, perSample, sumValid } from "../losses.ts";
import type { TrainingRegions } from "../regions.ts";
import { flattenRows, gatherRows, iota } from "../rows.ts";
import type { TruthMasks } from "../truths.ts";
import { columnOfLabels, columnsOf, oneHot } from "./columns.ts";

export type SegmentHead = Extract<HeadModel, { kind: "segment" }>;

/** Mask logits: of each region's own class, `[R, M, M]`, or of all classes, `[R, M, M, outputs]`, for a softmax. */
export type MaskLogits =
  | { readonly of: "own"; readonly logits: Value }
  | { readonly of: "all"; readonly logits: Value };

/** `features` are a map `[R, M, M, C]` or a vector `[R, C]`; `labels` i32 `[R]`, class from 1. */
export function lowerMaskLogits(
  context: LowerContext,
  head: SegmentHead,
  features: Value,
  labels: Value,
): MaskLogits {
  const b = context.at(head.path);
  const last = { ...head, path: `${head.path}.logits` };
  const column = head.perClass
    ? columnOfLabels(b, columnsOf(context.model, head.withBackground), labels)
    : b.mul(labels, 0);
  const isMap = features.type.shape.length === 4;
  if (head.loss.kind === "softmaxCrossEntropy") {
    return {
      of: "all",
      logits: isMap ? lowerPointwise(context, last, features) : denseMasks(context, head, features, "last"),
    };
  }
  if (isMap) return { of: "own", logits: ownMaps(context, last, features, column) };
  const all = denseMasks(context, head, features, "first");
  const [rows, outputs, size] = all.type.shape as [number, number, number];
  const begin = b.constant(
    iota(rows).map((row) => row * outputs),
    "i32",
    [rows],
  );
  const table = b.reshape(all, { shape: [rows * outputs, size, size] });
  return { of: "own", logits: b.gather(table, b.add(column, begin)) };
}

/** A dense layer to all masks of a region (He et al. 2017, table 2e, MLP), the classes the first or the last axis behind it. */
function denseMasks(
  context: LowerContext,
  head: SegmentHead,
  features: Value,
  classes: "first" | "last",
): Value {
  const { size, outputs } = head;
  const flat = lowerDense(
    context,
    { ...head, path: `${head.path}.logits`, outputs: outputs * size * size },
    features,
  );
  const rows = flat.type.shape[0]!;
  const b = context.at(head.path);
  const masks = b.reshape(flat, { shape: [rows, outputs, size, size] });
  return classes === "first" ? masks : b.transpose(masks, { permutation: [0, 2, 3, 1] });
}

/**
 * Only the own class's row of the last 1x1 convolution is applied: the masks of the other classes enter neither
 * the loss ("Lmask is only defined on the k-th mask", section 3) nor the result.
 */
function ownMaps(context: LowerContext, last: LastLayer, features: Value, column: Value): Value {
  const b = context.at(last.path);
  const [rows, height, width, channels] = features.type.shape as [number, number, number, number];
  const [filter, bias] = pointwiseParameters(context, last, channels);
  const byClass = b.transpose(b.reshape(filter, { shape: [channels, last.outputs] }), {
    permutation: [1, 0],
  });
  const kernel = b.reshape(b.gather(byClass, column), { shape: [rows, channels, 1] });
  const pixels = b.reshape(features, { shape: [rows, height * width, channels] });
  const products = b.matmul(pixels, kernel, { transposeX: false, transposeY: false });
  const offset = b.reshape(b.gather(bias, column), { shape: [rows, 1, 1] });
  return b.reshape(b.add(products, offset), { shape: [rows, height, width] });
}

/** log P(own class), or of the background, at each pixel: `[R, M, M]` from the softmax over `[R, M, M, outputs]`. */
function logProbability(context: LowerContext, head: SegmentHead, all: Value, labels: Value): Value {
  const b = context.at(head.path);
  const [rows, size, , outputs] = all.type.shape as [number, number, number, number];
  const column = columnOfLabels(b, columnsOf(context.model, head.withBackground), labels);
  const wanted = b.reshape(oneHot(b, outputs, column), { shape: [rows, 1, 1, outputs] });
  const picked = b.sum(b.mul(logSoftmax(b, all), wanted), { axes: [3], keepDims: false });
  return b.reshape(picked, { shape: [rows, size, size] });
}

/** Loss a pixel, `[R, M, M]`; `targets` are 0 or 1. */
export function lossOfPixels(
  context: LowerContext,
  head: SegmentHead,
  masks: MaskLogits,
  labels: Value,
  targets: Value,
): Value {
  const b = context.at(`${head.path}.loss`);
  if (masks.of === "own") return binaryCrossEntropy(b, masks.logits, targets);
  const object = logProbability(context, head, masks.logits, labels);
  const background = logProbability(context, head, masks.logits, b.mul(labels, 0));
  return b.neg(b.add(b.mul(targets, object), b.mul(b.sub(1, targets), background)));
}

/** Mean cross entropy over the pixels of the positives; `regions` are the positive slots only. */
export function lowerMaskLoss(
  context: LowerContext,
  head: SegmentHead,
  predicted: MaskLogits,
  regions: TrainingRegions,
  masks: TruthMasks,
): Value {
  const b = context.at(`${head.path}.loss`);
  const [rows, size] = predicted.logits.type.shape as [number, number];
  const { height, width } = context.bucket;
  const ofTruth = (table: Value) => flattenRows(b, gatherRows(b, table, regions.truth));
  const positive = b.reshape(b.greater(regions.labels, 0), { shape: [rows, 1, 1] });
  const targets = b.maskTargets(
    masks.pixels,
    b.reshape(ofTruth(b.reshape(masks.offsets, { shape: [...masks.offsets.type.shape, 1] })), {
      shape: [rows],
    }),
    b.select(b.reshape(positive, { shape: [rows, 1] }), ofTruth(masks.crops), 0),
    flattenRows(b, regions.boxes),
    { size, image: [height, width] },
  );
  const labels = b.reshape(regions.labels, { shape: [rows] });
  const total = sumValid(b, lossOfPixels(context, head, predicted, labels, targets), positive);
  return b.mul(perSample(b, total, b.mul(countValid(b, positive), size * size)), head.weight);
}

/** Mask probabilities `[N, D, M, M]` of detections `[N, D]`, from features of their rows. */
export function lowerMasks(context: LowerContext, head: SegmentHead, features: Value, labels: Value): Value {
  const b = context.at(head.path);
  const [n, count] = labels.type.shape as [number, number];
  const flat = b.reshape(labels, { shape: [n * count] });
  const masks = lowerMaskLogits(context, head, features, flat);
  const { size } = head;
  const probability =
    masks.of === "own" ? b.sigmoid(masks.logits) : b.exp(logProbability(context, head, masks.logits, flat));
  return b.reshape(probability, { shape: [n, count, size, size] });
}

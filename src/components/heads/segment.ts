/** The mask head: a small fully convolutional network on each region, one binary mask a class (He et al. 2017, section 3). */
import type { HeadModel } from "../../model/model.ts";
import type { Value } from "../../ir/types.ts";
import type { LowerContext } from "../context.ts";
import { pointwiseParameters } from "../dense.ts";
import { binaryCrossEntropy, countValid, perSample, sumValid } from "../losses.ts";
import { lowerSequence } from "../network.ts";
import { poolRegions, type Regions, type TrainingRegions } from "../regions.ts";
import { flattenRows, gatherRows } from "../rows.ts";
import type { TruthMasks } from "../truths.ts";

export type SegmentHead = Extract<HeadModel, { kind: "segment" }>;

/**
 * Mask logits `[R, M, M]` of each region for one class, `labels` i32 `[R]`.
 * Only that class's row of the last 1x1 convolution is applied: the masks of the other classes enter neither
 * the loss ("Lmask is only defined on the k-th mask", section 3) nor the result.
 */
export function lowerMaskLogits(
  context: LowerContext,
  head: SegmentHead,
  levels: readonly Value[],
  regions: Regions,
  labels: Value,
): Value {
  const pooled = poolRegions(context, `${head.path}.pool`, head.pool, levels, regions);
  const features = lowerSequence(context, head.layers, pooled);
  const b = context.at(head.path);
  const [rows, height, width, channels] = features.type.shape as [number, number, number, number];
  const last = { ...head, path: `${head.path}.logits` };
  const [filter, bias] = pointwiseParameters(context, last, channels);
  const ofClass = head.perClass ? labels : b.mul(labels, 0);
  const byClass = b.transpose(b.reshape(filter, { shape: [channels, head.outputs] }), { permutation: [1, 0] });
  const kernel = b.reshape(b.gather(byClass, ofClass), { shape: [rows, channels, 1] });
  const pixels = b.reshape(features, { shape: [rows, height * width, channels] });
  const products = b.matmul(pixels, kernel, { transposeX: false, transposeY: false });
  const offset = b.reshape(b.gather(bias, ofClass), { shape: [rows, 1, 1] });
  return b.reshape(b.add(products, offset), { shape: [rows, height, width] });
}

/** Mean binary cross entropy over the pixels of the positives; `regions` are the positive slots only. */
export function lowerMaskLoss(
  context: LowerContext,
  head: SegmentHead,
  logits: Value,
  regions: TrainingRegions,
  masks: TruthMasks,
): Value {
  const b = context.at(`${head.path}.loss`);
  const [rows, size] = logits.type.shape as [number, number];
  const { height, width } = context.bucket;
  const ofTruth = (table: Value) => flattenRows(b, gatherRows(b, table, regions.truth));
  const positive = b.reshape(b.greater(regions.labels, 0), { shape: [rows, 1, 1] });
  const targets = b.maskTargets(
    masks.pixels,
    b.reshape(
      ofTruth(b.reshape(masks.offsets, { shape: [...masks.offsets.type.shape, 1] })),
      { shape: [rows] },
    ),
    b.select(b.reshape(positive, { shape: [rows, 1] }), ofTruth(masks.crops), 0),
    flattenRows(b, regions.boxes),
    { size, image: [height, width] },
  );
  const total = sumValid(b, binaryCrossEntropy(b, logits, targets), positive);
  return b.mul(perSample(b, total, b.mul(countValid(b, positive), size * size)), head.weight);
}

/** Mask probabilities `[N, D, M, M]` of detections `[N, D]`. */
export function lowerMasks(
  context: LowerContext,
  head: SegmentHead,
  levels: readonly Value[],
  regions: Regions,
  labels: Value,
): Value {
  const b = context.at(head.path);
  const [n, count] = regions.valid.type.shape as [number, number];
  const logits = lowerMaskLogits(context, head, levels, regions, b.reshape(labels, { shape: [n * count] }));
  const [, size] = logits.type.shape as [number, number];
  return b.reshape(b.sigmoid(logits), { shape: [n, count, size, size] });
}

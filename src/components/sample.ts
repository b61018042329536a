/** Sampling of matched boxes: balanced at random (Ren et al. 2015, 3.1.3; torchvision's `BalancedPositiveNegativeSampler`), or the hardest. */

import type { Value } from "../ir/types.ts";
import type { SampleModel } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import { gatherRows, iota } from "./rows.ts";

export interface Sampled {
  /** i32 and bool `[N, P]`, P the most positives there can be. */
  readonly positive: { readonly index: Value; readonly valid: Value };
  /** i32 and bool `[N, Q]`, Q = count; at most count - (valid positives) of them are valid. */
  readonly negative: { readonly index: Value; readonly valid: Value };
}

/** Most positives an image can have among its samples; of a share below one box, one. */
export const positiveSlots = ({ count, positive, choose }: SampleModel): number =>
  choose.kind === "hardest" ? count : Math.max(1, Math.floor(count * positive));

/**
 * A uniform sample without repetition is the boxes of highest noise: `noise [N, M]` is uniform in [0, 1),
 * one value a box, made by the host, so that a step can be repeated on any back end.
 */
export function sampleBalanced(
  b: Builder,
  model: SampleModel,
  positive: Value,
  negative: Value,
  noise: Value,
): Sampled {
  const [n, m] = noise.type.shape as [number, number];
  const highest = (eligible: Value, slots: number) => {
    const [values, index] = b.topK(b.select(eligible, noise, -1), { k: Math.min(slots, m) });
    return { index: index!, valid: b.greaterEqual(values!, 0) };
  };
  const positives = highest(positive, positiveSlots(model));
  const negatives = highest(negative, model.count);
  const taken = b.sum(b.cast(positives.valid, { dtype: "f32" }), { axes: [1], keepDims: true });
  const slots = negatives.index.type.shape[1]!;
  const rank = b.broadcastTo(b.constant(iota(slots), "f32", [1, slots]), { shape: [n, slots] });
  const valid = b.logicalAnd(negatives.valid, b.less(rank, b.sub(model.count, taken)));
  return { positive: positives, negative: { index: negatives.index, valid } };
}

/** The eligible boxes of highest `hardness [N, M]`, none of which overlaps a harder one by more than `nms` (Shrivastava et al. 2016). */
export function sampleHardest(
  b: Builder,
  how: { readonly count: number; readonly nms: number },
  {
    boxes,
    positive,
    negative,
  }: { readonly boxes: Value; readonly positive: Value; readonly negative: Value },
  hardness: Value,
): Sampled {
  const [n, m] = hardness.type.shape as [number, number];
  const count = Math.min(how.count, m);
  const scores = b.select(b.logicalOr(positive, negative), hardness, -1);
  const limits = { overlap: how.nms, count, minimumScore: -0.5 };
  const [index, found] = b.nonMaxSuppression(b.stopGradient(boxes), scores, limits);
  const valid = b.less(b.constant(iota(count), "i32", [1, count]), b.reshape(found!, { shape: [n, 1] }));
  const flags = gatherRows(b, b.reshape(b.cast(positive, { dtype: "i32" }), { shape: [n, m, 1] }), index!);
  const isPositive = b.greater(b.reshape(flags, { shape: [n, count] }), 0);
  return {
    positive: { index: index!, valid: b.logicalAnd(valid, isPositive) },
    negative: { index: index!, valid: b.logicalAnd(valid, b.logicalNot(isPositive)) },
  };
}

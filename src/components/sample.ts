/** Balanced random sampling of matched boxes (Ren et al. 2015, 3.1.3; torchvision's `BalancedPositiveNegativeSampler`). */
import type { SampleModel } from "../model/model.ts";
import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import { iota } from "./rows.ts";

export interface Sampled {
  /** i32 `[N, P]` with P = floor(count * positive), bool `[N, P]`. */
  readonly positive: { readonly index: Value; readonly valid: Value };
  /** i32 and bool `[N, Q]`, Q = count; at most count - (valid positives) of them are valid. */
  readonly negative: { readonly index: Value; readonly valid: Value };
}

/** Most positives an image can have among its samples; of a share below one box, one. */
export const positiveSlots = (model: SampleModel): number =>
  Math.max(1, Math.floor(model.count * model.positive));

/**
 * A uniform sample without repetition is the boxes of highest noise: `noise [N, M]` is uniform in [0, 1),
 * one value a box, made by the host, so that a step can be repeated on any back end.
 */
export function sampleBalanced(b: Builder, model: SampleModel, positive: Value, negative: Value, noise: Value): Sampled {
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

/** Matching boxes to truths by overlap (Ren et al. 2015, 3.1.2; torchvision's `Matcher`). */

import type { Value } from "../ir/types.ts";
import type { MatchModel } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import { pairwiseOverlap } from "./boxes.ts";

export interface Matches {
  /** i32 `[N, B]`: the truth of highest overlap; 0 where an image has none. */
  readonly truth: Value;
  /** bool `[N, B]`. */
  readonly positive: Value;
  readonly negative: Value;
}

/** `truths [N, G, 4]`, `exists` bool `[N, G]`, `boxes [N or 1, B, 4]`. */
export function matchBoxes(
  b: Builder,
  model: MatchModel,
  truths: Value,
  exists: Value,
  boxes: Value,
): Matches {
  const [n, g] = truths.type.shape as [number, number];
  const count = boxes.type.shape[1]!;
  // Padding has overlap -1: it is nobody's best, and nothing is its best.
  const real = b.reshape(exists, { shape: [n, g, 1] });
  const overlap = b.select(real, pairwiseOverlap(b, truths, boxes), -1);
  const best = b.max(overlap, { axes: [1], keepDims: false });
  const truth = b.argMax(overlap, { axis: 1 });
  let positive = b.greaterEqual(best, model.positive);
  let negative = b.less(best, model.negative);
  if (model.negativeFrom > 0) negative = b.logicalAnd(negative, b.greaterEqual(best, model.negativeFrom));
  if (model.keepBest) {
    const highest = b.max(overlap, { axes: [2], keepDims: true });
    const isHighest = b.logicalAnd(b.equal(overlap, highest), real);
    const kept = b.max(b.cast(isHighest, { dtype: "f32" }), { axes: [1], keepDims: false });
    const rescued = b.greater(kept, 0);
    positive = b.logicalOr(positive, rescued);
    negative = b.logicalAnd(negative, b.logicalNot(rescued));
  }
  return { truth: b.reshape(truth, { shape: [n, count] }), positive, negative };
}

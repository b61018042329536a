/** Regions: which proposals the second stage trains on. */

import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import type { LowerContext } from "./context.ts";
import { matchBoxes } from "./match.ts";
import type { Proposals } from "./propose.ts";
import { flattenRows, gatherRows, iota } from "./rows.ts";
import { positiveSlots, sampleBalanced } from "./sample.ts";
import { selection } from "./selection.ts";
import type { Truths } from "./truths.ts";

export interface Regions {
  /** `[N, S, 4]` pixels; in training the positives come first. */
  readonly boxes: Value;
  /** bool `[N, S]`. */
  readonly valid: Value;
}

export interface TrainingRegions extends Regions {
  /** i32 `[N, S]`: class from 1, 0 for background and padding. */
  readonly labels: Value;
  /** i32 `[N, S]`: the matched truth. */
  readonly truth: Value;
  /** Only the first so many regions of an image can be positive. */
  readonly positiveSlots: number;
}

/** Matches and samples proposals, truths among them (torchvision's `select_training_samples`). */
export function sampleRegions(
  context: LowerContext,
  proposals: Proposals,
  truths: Truths,
  noise: Value,
): TrainingRegions {
  const { regions } = context.model;
  const b = context.at("regions.match");
  const anchorNoise = gatherRows(b, noise, proposals.anchor);
  const { boxes, valid, noise: drawn } = withTruths(context, proposals, truths, noise, anchorNoise);
  const matches = matchBoxes(b, regions.match, truths.boxes, truths.exists, boxes);
  const sampled = sampleBalanced(
    context.at("regions.sample"),
    regions.sample,
    b.logicalAnd(matches.positive, valid),
    b.logicalAnd(matches.negative, valid),
    drawn,
  );
  const chosen = compact(context, sampled, regions.sample.count);
  const truth = gatherRows(b, matches.truth, chosen.index);
  const labels = b.select(chosen.positive, gatherRows(b, truths.labels, truth), 0);
  const taken = selection(b, "regions", {
    boxes: gatherRows(b, boxes, chosen.index),
    valid: chosen.valid,
    labels,
    truth,
  });
  const slots = Math.min(positiveSlots(regions.sample), boxes.type.shape[1]!);
  return { ...taken, positiveSlots: slots };
}

/** Truths join the proposals, with noise of their own. `noise [N, A + G]`: anchors first, then truth slots. */
function withTruths(
  context: LowerContext,
  proposals: Proposals,
  truths: Truths,
  noise: Value,
  anchorNoise: Value,
) {
  if (!context.model.regions.addTruths) {
    return { boxes: proposals.boxes, valid: proposals.valid, noise: anchorNoise };
  }
  const b = context.at("regions.addTruths");
  const { batch: n, objects: g } = context.bucket;
  const anchors = noise.type.shape[1]! - g;
  return {
    boxes: b.concat([proposals.boxes, truths.boxes], { axis: 1 }),
    valid: b.greater(
      b.concat([b.cast(proposals.valid, { dtype: "i32" }), b.cast(truths.exists, { dtype: "i32" })], {
        axis: 1,
      }),
      0,
    ),
    noise: b.concat([anchorNoise, b.slice(noise, { begin: [0, anchors], size: [n, g] })], { axis: 1 }),
  };
}

/** The valid samples first, positives before negatives, in `count` slots. */
function compact(context: LowerContext, sampled: ReturnType<typeof sampleBalanced>, count: number) {
  const b = context.at("regions.sample");
  const asNumber = (value: Value) => b.cast(value, { dtype: "i32" });
  const index = b.concat([sampled.positive.index, sampled.negative.index], { axis: 1 });
  const valid = b.greater(
    b.concat([asNumber(sampled.positive.valid), asNumber(sampled.negative.valid)], { axis: 1 }),
    0,
  );
  const total = index.type.shape[1]!;
  const positives = sampled.positive.index.type.shape[1]!;
  const order = b.constant(
    iota(total).map((position) => total - position),
    "f32",
    [1, total],
  );
  const [, slot] = b.topK(b.select(valid, b.add(order, total), order), { k: Math.min(count, total) });
  const taken = (table: Value) => gatherRows(b, table, slot!);
  const isValid = b.greater(taken(asNumber(valid)), 0);
  return {
    index: taken(index),
    valid: isValid,
    positive: b.logicalAnd(isValid, b.less(slot!, positives)),
  };
}

/** The first `slots` regions of each image. */
export function firstRegions<R extends TrainingRegions>(context: LowerContext, regions: R, slots: number): R {
  const b = context.at("regions.sample");
  const first = (table: Value) => {
    const [n, , ...rest] = table.type.shape as [number, number, ...number[]];
    return b.slice(table, { begin: [0, 0, ...rest.map(() => 0)], size: [n, slots, ...rest] });
  };
  return {
    ...regions,
    boxes: first(regions.boxes),
    valid: first(regions.valid),
    labels: first(regions.labels),
    truth: first(regions.truth),
  };
}

/** Rows `[N * S, ...]` of features, of the first `slots` regions of each of N images: `[N * slots, ...]`. */
export function firstRows(
  b: Builder,
  features: Value,
  [n, s]: readonly [number, number],
  slots: number,
): Value {
  const rest = features.type.shape.slice(1);
  const table = b.reshape(features, { shape: [n, s, ...rest] });
  return flattenRows(b, b.slice(table, { begin: [0, 0, ...rest.map(() => 0)], size: [n, slots, ...rest] }));
}

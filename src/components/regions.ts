/** Regions: which proposals the second stage trains on. */

import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import type { LowerContext } from "./context.ts";
import { matchBoxes } from "./match.ts";
import type { Proposals } from "./propose.ts";
import { flattenRows, gatherRows, iota } from "./rows.ts";
import { positiveSlots, type Sampled, sampleBalanced, sampleHardest } from "./sample.ts";
import { selection } from "./selection.ts";
import { lowerNoise, type Truths } from "./truths.ts";

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

/** Loss of every candidate, `[N, M]`: asked for where the hardest are sampled. */
export type Hardness = (candidates: TrainingRegions) => Value;

/** Matches and samples proposals, truths among them (torchvision's `select_training_samples`). */
export function sampleRegions(
  context: LowerContext,
  proposals: Proposals,
  truths: Truths,
  hardness: Hardness,
): TrainingRegions {
  const { sample } = context.model.regions;
  const b = context.at("regions.match");
  const candidates = matchCandidates(context, proposals, truths);
  const { boxes } = candidates;
  const { choose, count } = sample;
  const sampled =
    choose.kind === "random"
      ? sampleBalanced(
          context.at("regions.sample"),
          sample,
          candidates.positive,
          candidates.negative,
          noiseOf(context, proposals),
        )
      : sampleHardest(
          context.at("regions.sample"),
          { count, nms: choose.nms },
          candidates,
          hardness(candidates),
        );
  const chosen = compact(context, sampled, count);
  const truth = gatherRows(b, candidates.truth, chosen.index);
  const taken = selection(b, "regions", {
    boxes: gatherRows(b, boxes, chosen.index),
    valid: chosen.valid,
    labels: b.select(chosen.positive, gatherRows(b, truths.labels, truth), 0),
    truth,
  });
  const slots = Math.min(positiveSlots(sample), boxes.type.shape[1]!);
  return { ...taken, positiveSlots: slots };
}

/** All that may be sampled, `[N, M]`, matched to the truths. */
export interface Candidates extends TrainingRegions {
  readonly positive: Value;
  readonly negative: Value;
}

function matchCandidates(context: LowerContext, proposals: Proposals, truths: Truths): Candidates {
  const b = context.at("regions.match");
  const { boxes, valid } = withTruths(context, proposals, truths);
  const matches = matchBoxes(b, context.model.regions.match, truths.boxes, truths.exists, boxes);
  const positive = b.logicalAnd(matches.positive, valid);
  return {
    boxes,
    valid,
    truth: matches.truth,
    labels: b.select(positive, gatherRows(b, truths.labels, matches.truth), 0),
    positive,
    negative: b.logicalAnd(matches.negative, valid),
    positiveSlots: boxes.type.shape[1]!,
  };
}

/** Truths join the proposals. */
function withTruths(context: LowerContext, proposals: Proposals, truths: Truths): Regions {
  if (!context.model.regions.addTruths) return proposals;
  const b = context.at("regions.addTruths");
  return {
    boxes: b.concat([proposals.boxes, truths.boxes], { axis: 1 }),
    valid: b.greater(
      b.concat([b.cast(proposals.valid, { dtype: "i32" }), b.cast(truths.exists, { dtype: "i32" })], {
        axis: 1,
      }),
      0,
    ),
  };
}

/** Noise of each candidate. The host draws one value an anchor, then one a truth slot: a choice moves no other. */
function noiseOf(context: LowerContext, { anchor, anchors }: Proposals): Value {
  const { batch: n, objects: g } = context.bucket;
  const noise = lowerNoise(context, "regionNoise", anchors + g);
  const ofProposals = gatherRows(context.at("regions.match"), noise, anchor);
  if (!context.model.regions.addTruths) return ofProposals;
  const b = context.at("regions.addTruths");
  return b.concat([ofProposals, b.slice(noise, { begin: [0, anchors], size: [n, g] })], { axis: 1 });
}

/** The valid samples first, positives before negatives, in `count` slots. */
function compact(context: LowerContext, sampled: Sampled, count: number) {
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

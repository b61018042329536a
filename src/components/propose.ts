/** Proposals: anchors decoded, the best of each level, non-maximum suppression (Ren et al. 2015, section 3.3). */
import type { Value } from "../ir/types.ts";
import type { PerMode } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import type { Anchors } from "./anchors.ts";
import { clipBoxes, decodeBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { gatherRows, repeatRows } from "./rows.ts";
import { objectnessLogits, type RpnPredictions } from "./rpn.ts";
import { rpnOf } from "./rpn-of.ts";
import { bestOf, type Kept, placesApart, rowsOf, stepApart, suppress } from "./suppress.ts";

export interface Proposals {
  /** `[N, P, 4]` pixels, by descending objectness; zeros where there are fewer. */
  readonly boxes: Value;
  /** bool `[N, P]`. */
  readonly valid: Value;
  /** i32 `[N, P]`: the anchor each comes from, of so many. */
  readonly anchor: Value;
  readonly anchors: number;
}

/** Below every logit and every probability. */
const never = -1e30;

export function lowerProposals(
  context: LowerContext,
  predictions: RpnPredictions,
  anchors: Anchors,
  sizes: Value,
): Proposals {
  const { propose, coder } = rpnOf(context);
  const { batch: n } = context.bucket;
  const b = context.at("rpn.propose");

  const logits = b.select(anchors.exists, b.stopGradient(objectnessLogits(context, predictions)), never);
  const { index, ...levels } = bestOfLevels(context, logits, anchors.counts);
  const best = gatherRows(b, column(b, logits), index);
  const candidates = index.type.shape[1]!;
  const scores = b.sigmoid(b.reshape(best, { shape: [n, candidates] }));
  const deltas = gatherRows(b, b.stopGradient(predictions.deltas), index);
  const from = gatherRows(b, repeatRows(b, anchors.boxes, n), index);
  const boxes = clipBoxes(b, decodeBoxes(b, coder, deltas, from), sizes, context.model.boxWidth);

  const eligible = b.logicalAnd(
    b.logicalAnd(isLargeEnough(b, boxes, propose.minimumSize), b.greaterEqual(scores, propose.minimumScore)),
    b.greater(b.reshape(best, { shape: [n, candidates] }), never / 2),
  );
  const scored = { boxes, scores: b.select(eligible, scores, -1), ...levels };
  const kept = bestOfBatch(context, scored, suppressLevels(context, scored));
  return {
    boxes: b.select(column(b, kept.valid), gatherRows(b, boxes, kept.index), 0),
    valid: kept.valid,
    anchor: gatherRows(b, index, kept.index),
    anchors: logits.type.shape[1]!,
  };
}

const inMode = (context: LowerContext, value: PerMode): number =>
  context.training ? value.train : value.test;

const column = (b: Builder, table: Value): Value => b.reshape(table, { shape: [...table.type.shape, 1] });

/** Highest logits of each level, one level after another, or of all together: anchor indices i32 `[N, T]`. */
function bestOfLevels(
  context: LowerContext,
  logits: Value,
  counts: readonly number[],
): Levels & { readonly index: Value } {
  const b = context.at("rpn.propose.before");
  const { before, beforeOver } = rpnOf(context).propose;
  const limit = inMode(context, before);
  const n = logits.type.shape[0]!;
  if (beforeOver === "image") {
    const levels = counts.flatMap((count, level) => new Array<number>(count).fill(level));
    const [, index] = b.topK(logits, { k: Math.min(limit, levels.length) });
    const mixed = b.gather(b.constant(levels, "f32", [levels.length]), index!);
    return { index: index!, sizes: counts, mixed };
  }
  let begin = 0;
  const indices = counts.map((count) => {
    const k = Math.min(limit, count);
    const [, index] = b.topK(b.slice(logits, { begin: [0, begin], size: [n, count] }), { k });
    const shifted = b.add(index!, begin);
    begin += count;
    return shifted;
  });
  return {
    index: b.concat(indices, { axis: 1 }),
    sizes: counts.map((count) => Math.min(limit, count)),
  };
}

/** Which level each of `M` boxes belongs to. */
interface Levels {
  /** How many of them each level has, one level after another, or at most has, where they are mixed. */
  readonly sizes: readonly number[];
  /** The level of each, f32 `[N, M]`, where they are mixed. */
  readonly mixed?: Value;
}

/** Boxes `[N, M, 4]` with their scores `[N, M]` (-1: not eligible). */
interface Scored extends Levels {
  readonly boxes: Value;
  readonly scores: Value;
}

/** Below the scores of eligible boxes. */
const minimumScore = -0.5;

function suppressLevels(context: LowerContext, scored: Scored): Kept {
  const { propose } = rpnOf(context);
  const b = context.at("rpn.propose");
  const { scores } = scored;
  const limits = { overlap: propose.nms, count: inMode(context, propose.after), minimumScore };
  if (propose.separate === "offset") return suppress(b, movedApart(context, scored), scores, limits);
  const ofLevel = { ...limits, ...(propose.afterLevel && { count: inMode(context, propose.afterLevel) }) };
  const levels = boxesOfLevels(b, scored).map((level) => {
    const kept = suppress(b, level.boxes, level.scores, ofLevel);
    return { ...kept, index: b.add(kept.index, level.begin) };
  });
  const index = b.concat(
    levels.map((level) => level.index),
    { axis: 1 },
  );
  const flags = levels.map(({ valid }) => b.cast(valid, { dtype: "f32" }));
  const valid = b.greater(b.concat(flags, { axis: 1 }), 0);
  return bestOf(b, { index, valid }, scores, limits);
}

/** Boxes of which those of different levels do not meet: few are moved as torchvision moves them, many so that nothing is rounded that counts. */
function movedApart(context: LowerContext, { boxes, scores, sizes, mixed }: Scored): Value {
  const b = context.at("rpn.propose");
  const { height, width } = context.bucket;
  const side = Math.max(height, width) + 1;
  const places = placesApart(sizes.length).map(([x, y]) => [x * side, y * side, x * side, y * side]);
  const levels = sizes.flatMap((size, level) => new Array<number>(size).fill(level));
  const level = mixed ?? b.constant(levels, "f32", [1, levels.length]);
  const many = mixed
    ? b.gather(b.constant(places.flat(), "f32", [places.length, 4]), b.cast(mixed, { dtype: "i32" }))
    : b.constant(
        levels.flatMap((each) => places[each]!),
        "f32",
        [1, levels.length, 4],
      );
  const step = stepApart(b, boxes, scores, minimumScore);
  const few = b.mul(b.reshape(level, { shape: [...level.type.shape, 1] }), step);
  return b.add(boxes, b.select(b.greater(step, 0), few, many));
}

/** The boxes of each level: a stretch of all, or where levels are mixed all, those of others not eligible. */
function boxesOfLevels(b: Builder, { boxes, scores, mixed, sizes }: Scored) {
  const n = boxes.type.shape[0]!;
  let end = 0;
  return sizes.map((size, level) => {
    if (mixed) return { boxes, scores: b.select(b.equal(mixed, level), scores, -1), begin: 0 };
    const begin = end;
    end += size;
    return {
      boxes: b.slice(boxes, { begin: [0, begin, 0], size: [n, size, 4] }),
      scores: b.slice(scores, { begin: [0, begin], size: [n, size] }),
      begin,
    };
  });
}

/** In training, `after` may count the boxes of all images of the step. */
function bestOfBatch(context: LowerContext, scored: Scored, kept: Kept): Kept {
  const { after, afterOver } = rpnOf(context).propose;
  const { batch: n } = context.bucket;
  if (afterOver === "image" || !context.training || n === 1) return kept;
  const b = context.at("rpn.propose.afterOver");
  const [, p] = kept.valid.type.shape as [number, number];
  const scores = b.select(kept.valid, rowsOf(b, scored.scores, kept.index), -1);
  const k = Math.min(after.train, n * p);
  const [, best] = b.topK(b.reshape(scores, { shape: [n * p] }), { k });
  const chosen = b.scatterAdd(b.constant(new Array(k).fill(1), "f32", [k]), best!, { rows: n * p });
  const among = b.greater(b.reshape(chosen, { shape: [n, p] }), 0);
  return { index: kept.index, valid: b.logicalAnd(kept.valid, among) };
}

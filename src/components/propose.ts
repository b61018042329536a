/** Proposals: anchors decoded, the best of each level, non-maximum suppression (Ren et al. 2015, section 3.3). */
import type { Value } from "../ir/types.ts";
import type { PerMode } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import type { Anchors } from "./anchors.ts";
import { clipBoxes, decodeBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { gatherRows, iota, repeatRows } from "./rows.ts";
import { objectnessLogits, type RpnPredictions } from "./rpn.ts";
import { rpnOf } from "./rpn-of.ts";

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
  const { index, group } = bestOfLevels(context, logits, anchors.counts);
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
  const scored = { boxes, scores: b.select(eligible, scores, -1), group, groups: anchors.counts.length };
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

/** Highest logits of each level, or of all together: anchor indices i32 `[N, T]`, and the level of each as `[1 or N, T]`. */
function bestOfLevels(context: LowerContext, logits: Value, counts: readonly number[]) {
  const b = context.at("rpn.propose.before");
  const { before, beforeOver } = rpnOf(context).propose;
  const limit = inMode(context, before);
  const n = logits.type.shape[0]!;
  if (beforeOver === "image") {
    const levels = counts.flatMap((count, level) => new Array<number>(count).fill(level));
    const [, index] = b.topK(logits, { k: Math.min(limit, levels.length) });
    return { index: index!, group: b.gather(b.constant(levels, "f32", [levels.length]), index!) };
  }
  let begin = 0;
  const groups: number[] = [];
  const indices = counts.map((count, level) => {
    const k = Math.min(limit, count);
    const [, index] = b.topK(b.slice(logits, { begin: [0, begin], size: [n, count] }), { k });
    groups.push(...new Array<number>(k).fill(level));
    const shifted = b.add(index!, begin);
    begin += count;
    return shifted;
  });
  return { index: b.concat(indices, { axis: 1 }), group: b.constant(groups, "f32", [1, groups.length]) };
}

/** Boxes `[N, M, 4]` with their scores `[N, M]` (-1: not eligible) and levels, f32 `[1 or N, M]`. */
interface Scored {
  readonly boxes: Value;
  readonly scores: Value;
  readonly group: Value;
  readonly groups: number;
}

/** What is kept of `Scored`, by descending score: i32 and bool `[N, P]`. */
interface Kept {
  readonly index: Value;
  readonly valid: Value;
}

/** Below the scores of eligible boxes. */
const minimumScore = -0.5;

function suppressLevels(context: LowerContext, scored: Scored): Kept {
  const { propose } = rpnOf(context);
  const count = inMode(context, propose.after);
  const options = { overlap: propose.nms, minimumScore };
  if (propose.separate === "offset") {
    return suppressByGroup(context, "rpn.propose", { ...scored, ...options, count });
  }
  const b = context.at("rpn.propose");
  const { boxes, scores, group } = scored;
  const levels = iota(scored.groups).map((level) =>
    suppressByGroup(context, "rpn.propose", {
      ...options,
      boxes,
      scores: b.select(b.equal(group, level), scores, -1),
      group,
      groups: 1,
      count: propose.afterLevel ? inMode(context, propose.afterLevel) : count,
    }),
  );
  const index = b.concat(
    levels.map((level) => level.index),
    { axis: 1 },
  );
  const valid = levels.map((level) => b.cast(level.valid, { dtype: "f32" }));
  const all = b.greater(b.concat(valid, { axis: 1 }), 0);
  const [values, place] = b.topK(b.select(all, rowsOf(b, scores, index), -1), {
    k: Math.min(count, index.type.shape[1]!),
  });
  return {
    index: b.reshape(gatherRows(b, column(b, index), place!), { shape: place!.type.shape }),
    valid: b.greater(values!, minimumScore),
  };
}

/** `table [N, M]`, `index` i32 `[N, K]` -> `[N, K]`. */
const rowsOf = (b: Builder, table: Value, index: Value): Value =>
  b.reshape(gatherRows(b, column(b, table), index), { shape: index.type.shape });

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

/**
 * NMS in which boxes of different groups never meet: each group is moved beyond the image, as torchvision's
 * `batched_nms` does. `group` f32 `[1 or N, M]`.
 */
export function suppressByGroup(
  context: LowerContext,
  path: string,
  options: {
    readonly boxes: Value;
    readonly scores: Value;
    readonly group: Value;
    readonly groups: number;
    readonly overlap: number;
    readonly count: number;
    readonly minimumScore: number;
  },
): { readonly index: Value; readonly valid: Value } {
  const b = context.at(path);
  const { height, width } = context.bucket;
  const { boxes, scores, group, overlap, minimumScore } = options;
  const count = Math.min(options.count, boxes.type.shape[1]!);
  const apart = b.mul(b.reshape(group, { shape: [...group.type.shape, 1] }), Math.max(height, width) + 1);
  const moved = options.groups === 1 ? boxes : b.add(boxes, apart);
  const [index, found] = b.nonMaxSuppression(moved, scores, { overlap, count, minimumScore });
  const n = boxes.type.shape[0]!;
  const valid = b.less(b.constant(iota(count), "i32", [1, count]), b.reshape(found!, { shape: [n, 1] }));
  return { index: index!, valid };
}

/** Proposals: anchors decoded, the best of each level, non-maximum suppression (Ren et al. 2015, section 3.3). */
import type { PerMode } from "../model/model.ts";
import type { Value } from "../ir/types.ts";
import type { Anchors } from "./anchors.ts";
import { clipBoxes, decodeBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { gatherRows, iota, repeatRows } from "./rows.ts";
import { objectnessLogits, type RpnPredictions } from "./rpn.ts";

export interface Proposals {
  /** `[N, P, 4]` pixels, by descending objectness; zeros where there are fewer. */
  readonly boxes: Value;
  /** bool `[N, P]`. */
  readonly valid: Value;
  /** i32 `[N, P]`: the anchor each comes from. */
  readonly anchor: Value;
}

/** Below every logit and every probability. */
const never = -1e30;

export function lowerProposals(
  context: LowerContext,
  predictions: RpnPredictions,
  anchors: Anchors,
  sizes: Value,
): Proposals {
  const { rpn } = context.model;
  const { propose } = rpn;
  const { batch: n } = context.bucket;
  const b = context.at("rpn.propose");
  const inMode = (value: PerMode) => (context.training ? value.train : value.test);

  const logits = b.select(anchors.exists, b.stopGradient(objectnessLogits(context, predictions)), never);
  const { index, group } = bestOfLevels(context, logits, anchors.counts, inMode(propose.before));
  const best = gatherRows(b, b.reshape(logits, { shape: [...logits.type.shape, 1] }), index);
  const candidates = index.type.shape[1]!;
  const scores = b.sigmoid(b.reshape(best, { shape: [n, candidates] }));
  const deltas = gatherRows(b, b.stopGradient(predictions.deltas), index);
  const from = gatherRows(b, repeatRows(b, anchors.boxes, n), index);
  const boxes = clipBoxes(b, decodeBoxes(b, rpn.coder, deltas, from), sizes);

  const eligible = b.logicalAnd(
    b.logicalAnd(isLargeEnough(b, boxes, propose.minimumSize), b.greaterEqual(scores, propose.minimumScore)),
    b.greater(b.reshape(best, { shape: [n, candidates] }), never / 2),
  );
  const kept = suppressByGroup(context, "rpn.propose", {
    boxes,
    scores: b.select(eligible, scores, -1),
    group,
    groups: anchors.counts.length,
    overlap: propose.nms,
    count: inMode(propose.after),
    minimumScore: -0.5,
  });
  const valid = kept.valid;
  const shape = [...valid.type.shape, 1];
  return {
    boxes: b.select(b.reshape(valid, { shape }), gatherRows(b, boxes, kept.index), 0),
    valid,
    anchor: gatherRows(b, index, kept.index),
  };
}

/** Highest logits of each level: anchor indices i32 `[N, T]`, and the level of each as `[1, T]`. */
function bestOfLevels(context: LowerContext, logits: Value, counts: readonly number[], before: number) {
  const b = context.at("rpn.propose.before");
  const n = logits.type.shape[0]!;
  let begin = 0;
  const groups: number[] = [];
  const indices = counts.map((count, level) => {
    const k = Math.min(before, count);
    const [, index] = b.topK(b.slice(logits, { begin: [0, begin], size: [n, count] }), { k });
    groups.push(...new Array<number>(k).fill(level));
    const shifted = b.add(index!, begin);
    begin += count;
    return shifted;
  });
  return { index: b.concat(indices, { axis: 1 }), group: b.constant(groups, "f32", [1, groups.length]) };
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

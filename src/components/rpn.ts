/** The region proposal network: its head on every level, and its two losses (Ren et al. 2015, section 3.1). */
import type { Value } from "../ir/types.ts";
import type { Anchors } from "./anchors.ts";
import { lossOfBoxes } from "./box-loss.ts";
import type { LowerContext } from "./context.ts";
import { lowerPointwise } from "./dense.ts";
import { binaryCrossEntropy, countValid, focal, perSample, softmaxCrossEntropy, sumValid } from "./losses.ts";
import { matchBoxes } from "./match.ts";
import { lowerSequence } from "./network.ts";
import { flattenRows, gatherRows, repeatRows } from "./rows.ts";
import { rpnOf } from "./rpn-of.ts";
import { sampleBalanced } from "./sample.ts";
import { selection } from "./selection.ts";
import type { Truths } from "./truths.ts";

export interface RpnPredictions {
  /** `[N, A, 1]`, or `[N, A, 2]` (background, object) for a two-way softmax. */
  readonly logits: Value;
  /** `[N, A, 4]`. */
  readonly deltas: Value;
  /** Height and width of each level's map, in cells. */
  readonly grids: readonly (readonly [number, number])[];
}

const noBias = { kind: "constant", value: 0 } as const;

/** Outputs an anchor: two for a softmax, one for a sigmoid. */
export const objectnessOutputs = (kind: string): number => (kind === "softmaxCrossEntropy" ? 2 : 1);

/** The same head, and the same two 1x1 convolutions, on each level. */
export function lowerRpnHead(context: LowerContext, levels: readonly Value[]): RpnPredictions {
  const rpn = rpnOf(context);
  const b = context.at("rpn.head");
  const { perCell } = rpn.anchors;
  const perAnchor = objectnessOutputs(rpn.loss.objectness.kind);
  const last = { initializer: rpn.initializer, biasInitializer: noBias };
  const predict = (path: string, outputs: number, features: Value) => {
    const [n, rows, columns] = features.type.shape as [number, number, number];
    const map = lowerPointwise(context, { path, outputs: perCell * outputs, ...last }, features);
    return b.reshape(map, { shape: [n, rows * columns * perCell, outputs] });
  };
  const features = levels.map((level) => lowerSequence(context, rpn.head, level));
  return {
    logits: b.concat(
      features.map((map) => predict("rpn.objectness", perAnchor, map)),
      { axis: 1 },
    ),
    deltas: b.concat(
      features.map((map) => predict("rpn.boxes", 4, map)),
      { axis: 1 },
    ),
    grids: levels.map((level) => [level.type.shape[1]!, level.type.shape[2]!] as const),
  };
}

/** One score an anchor, monotone in its probability of being an object: `[N, A]`. */
export function objectnessLogits(context: LowerContext, predictions: RpnPredictions): Value {
  const b = context.at("rpn.head");
  const [n, a, outputs] = predictions.logits.type.shape as [number, number, number];
  const output = (index: number) =>
    b.reshape(b.slice(predictions.logits, { begin: [0, 0, index], size: [n, a, 1] }), { shape: [n, a] });
  // sigmoid(object - background) is the softmax of the two.
  return outputs === 1 ? output(0) : b.sub(output(1), output(0));
}

/** Lcls and Lreg of the RPN (eq. 1), both divided by the number of sampled anchors as torchvision does. */
export function lowerRpnLosses(
  context: LowerContext,
  predictions: RpnPredictions,
  anchors: Anchors,
  truths: Truths,
  noise: Value,
): { readonly objectness: Value; readonly boxes: Value } {
  const rpn = rpnOf(context);
  const { batch: n } = context.bucket;
  const b = context.at("rpn.match");
  const matches = matchBoxes(b, rpn.match, truths.boxes, truths.exists, anchors.boxes);
  const sampled = sampleBalanced(
    context.at("rpn.sample"),
    rpn.sample,
    b.logicalAnd(matches.positive, anchors.trainable),
    b.logicalAnd(matches.negative, anchors.trainable),
    noise,
  );
  const positive = selection(b, "rpnPositive", sampled.positive);
  const negative = selection(b, "rpnNegative", sampled.negative);
  const matched = selection(b, "rpnTruth", { truth: gatherRows(b, matches.truth, positive.index) }).truth;
  const count = b.add(countValid(b, positive.valid), countValid(b, negative.valid));

  const losses = context.at("rpn.loss");
  const objectness = (index: Value, label: 0 | 1) => {
    const logits = flattenRows(losses, gatherRows(losses, predictions.logits, index));
    const [rows, outputs] = logits.type.shape as [number, number];
    if (outputs === 2)
      return softmaxCrossEntropy(losses, logits, losses.constant(new Array(rows).fill(label), "i32", [rows]));
    const target = losses.constant([label], "f32", [1, 1]);
    const { objectness: loss } = rpn.loss;
    return loss.kind === "focal"
      ? focal(losses, logits, target, loss)
      : binaryCrossEntropy(losses, logits, target);
  };
  const total = losses.add(
    sumAligned(context, objectness(positive.index, 1), positive.valid),
    sumAligned(context, objectness(negative.index, 0), negative.valid),
  );
  const boxes = flattenRows(losses, gatherRows(losses, repeatRows(losses, anchors.boxes, n), positive.index));
  const wanted = flattenRows(losses, gatherRows(losses, truths.boxes, matched));
  const slots = boxes.type.shape[0]!;
  const valid = losses.reshape(positive.valid, { shape: [slots, 1] });
  const deltas = flattenRows(losses, gatherRows(losses, predictions.deltas, positive.index));
  const coded = { loss: rpn.loss.boxes, coder: rpn.coder };
  const each = lossOfBoxes(losses, coded, { deltas, boxes, truths: wanted, valid });
  const regression = sumValid(losses, each, valid);
  const judged = rpn.loss.objectness.kind === "focal" ? countValid(losses, positive.valid) : count;
  return {
    objectness: losses.mul(perSample(losses, total, judged), rpn.loss.objectnessWeight),
    boxes: losses.mul(perSample(losses, regression, count), rpn.loss.boxesWeight),
  };
}

function sumAligned(context: LowerContext, losses: Value, valid: Value): Value {
  const b = context.at("rpn.loss");
  return sumValid(b, losses, b.reshape(valid, { shape: losses.type.shape }));
}

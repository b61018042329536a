/** Detections: class boxes over the score threshold, NMS per class, the best of an image (torchvision's `postprocess_detections`). */
import type { Value } from "../ir/types.ts";
import { clipBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { type ClassifyHead, lowerClassLogits, lowerClassScores } from "./heads/classify.ts";
import { lowerBoxDeltas, lowerClassBoxes, type RegressHead } from "./heads/regress.ts";
import type { Proposals } from "./propose.ts";
import { flattenRows, gatherRows, iota } from "./rows.ts";
import { suppress, suppressClasses } from "./suppress.ts";

export interface Detections {
  /** `[N, D, 4]` pixels of the resized image, by descending score; zeros where there are fewer. */
  readonly boxes: Value;
  /** `[N, D]`. */
  readonly scores: Value;
  /** i32 `[N, D]`: class from 1. */
  readonly labels: Value;
  /** bool `[N, D]`. */
  readonly valid: Value;
}

/** Heads with what each reads of every proposal: `[N * P, C]`. */
export interface DetectingHeads {
  readonly classify: ClassifyHead;
  readonly classFeatures: Value;
  readonly regress: RegressHead;
  readonly boxFeatures: Value;
}

export function lowerDetections(
  context: LowerContext,
  { classify, classFeatures, regress, boxFeatures }: DetectingHeads,
  proposals: Proposals,
  sizes: Value,
): Detections {
  const { detect, classes } = context.model;
  const b = context.at("detect");
  const [n, p] = proposals.valid.type.shape as [number, number];
  const all = p * classes;

  const foreground = lowerClassScores(context, classify, lowerClassLogits(context, classify, classFeatures));
  const deltas = lowerBoxDeltas(context, regress, boxFeatures);
  const decoded = lowerClassBoxes(context, regress, deltas, flattenRows(b, proposals.boxes));
  const boxes = clipBoxes(b, b.reshape(decoded, { shape: [n, all, 4] }), sizes, context.model.boxWidth);
  const real = b.broadcastTo(b.reshape(proposals.valid, { shape: [n, p, 1] }), { shape: [n, p, classes] });
  const eligible = b.logicalAnd(
    isLargeEnough(b, boxes, detect.minimumSize),
    b.reshape(real, { shape: [n, all] }),
  );
  const scores = b.select(eligible, b.reshape(foreground, { shape: [n, all] }), -1);

  const classOf = iota(all).map((index) => index % classes);
  const limits = { overlap: detect.nms, count: detect.keep, minimumScore: detect.score };
  const kept = detect.perClass
    ? suppressClasses(b, { boxes, scores, classes }, limits)
    : suppress(b, boxes, scores, limits);
  const column = (table: Value) => b.reshape(table, { shape: [...table.type.shape, 1] });
  const label = b.gather(
    b.constant(
      classOf.map((index) => index + 1),
      "i32",
      [all],
    ),
    kept.index,
  );
  const keptScores = b.reshape(gatherRows(b, column(scores), kept.index), { shape: kept.valid.type.shape });
  return {
    boxes: b.select(column(kept.valid), gatherRows(b, boxes, kept.index), 0),
    scores: b.select(kept.valid, keptScores, 0),
    labels: b.select(kept.valid, label, 0),
    valid: kept.valid,
  };
}

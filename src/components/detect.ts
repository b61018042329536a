/** Detections: class boxes over the score threshold, NMS per class, the best of an image (torchvision's `postprocess_detections`). */
import type { Value } from "../ir/types.ts";
import { clipBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { type ClassifyHead, lowerClassLogits, lowerClassScores } from "./heads/classify.ts";
import { lowerBoxDeltas, lowerClassBoxes, type RegressHead } from "./heads/regress.ts";
import { type Proposals, suppressByGroup } from "./propose.ts";
import { flattenRows, gatherRows, iota } from "./rows.ts";

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

/** `features [N * P, C]`: the trunk's, of every proposal. */
export function lowerDetections(
  context: LowerContext,
  heads: { readonly classify: ClassifyHead; readonly regress: RegressHead },
  features: Value,
  proposals: Proposals,
  sizes: Value,
): Detections {
  const { detect, classes } = context.model;
  const b = context.at("detect");
  const [n, p] = proposals.valid.type.shape as [number, number];
  const all = p * classes;

  const probabilities = lowerClassScores(context, heads.classify, lowerClassLogits(context, heads.classify, features));
  const deltas = lowerBoxDeltas(context, heads.regress, features);
  const decoded = lowerClassBoxes(context, heads.regress, deltas, flattenRows(b, proposals.boxes));
  const boxes = clipBoxes(b, b.reshape(decoded, { shape: [n, all, 4] }), sizes);
  const foreground = b.slice(probabilities, { begin: [0, 1], size: [n * p, classes] });
  const real = b.broadcastTo(b.reshape(proposals.valid, { shape: [n, p, 1] }), { shape: [n, p, classes] });
  const eligible = b.logicalAnd(
    isLargeEnough(b, boxes, detect.minimumSize),
    b.reshape(real, { shape: [n, all] }),
  );
  const scores = b.select(eligible, b.reshape(foreground, { shape: [n, all] }), -1);

  const classOf = iota(all).map((index) => index % classes);
  const kept = suppressByGroup(context, "detect", {
    boxes,
    scores,
    group: b.constant(classOf, "f32", [1, all]),
    groups: classes,
    overlap: detect.nms,
    count: detect.keep,
    minimumScore: detect.score,
  });
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

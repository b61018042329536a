/** Overlap of detections with true objects, by boxes or by masks (pycocotools `bbIou` and `rleIou`). */
import { invariant } from "../support/invariant.ts";
import { type RunLengths, runsArea, runsBox, runsIou } from "../support/run-lengths.ts";
import type { Corners, EvaluationDetection, EvaluationTruth } from "./types.ts";

export type OverlapKind = "bbox" | "segm";

const widthOf = (box: Corners): number => box[2] - box[0];
const heightOf = (box: Corners): number => box[3] - box[1];
const boxArea = (box: Corners): number => widthOf(box) * heightOf(box);

/** Intersection over union; where `crowd`, intersection over the area of `a`. */
export function boxIou(a: Corners, b: Corners, crowd: boolean): number {
  // Right and lower sides are summed up again from left and width, as where COCO boxes are `[x, y, width, height]`.
  const width = Math.min(a[0] + widthOf(a), b[0] + widthOf(b)) - Math.max(a[0], b[0]);
  if (width <= 0) return 0;
  const height = Math.min(a[1] + heightOf(a), b[1] + heightOf(b)) - Math.max(a[1], b[1]);
  if (height <= 0) return 0;
  const intersection = width * height;
  return intersection / (crowd ? boxArea(a) : boxArea(a) + boxArea(b) - intersection);
}

function maskOf({ mask }: EvaluationDetection | EvaluationTruth): RunLengths {
  invariant(mask, "mask evaluation needs the mask of every object and detection");
  return mask;
}

const maskCorners = (mask: RunLengths): Corners => {
  const [x, y, width, height] = runsBox(mask);
  return [x, y, x + width, y + height];
};

/** `[detections][truths]`. */
export function overlaps(
  kind: OverlapKind,
  detections: readonly EvaluationDetection[],
  truths: readonly EvaluationTruth[],
): readonly Float64Array[] {
  if (kind === "bbox") {
    return detections.map((detection) =>
      Float64Array.from(truths, (truth) => boxIou(detection.box, truth.box, truth.crowd)),
    );
  }
  const targets = truths.map((truth) => ({
    mask: maskOf(truth),
    corners: maskCorners(maskOf(truth)),
    crowd: truth.crowd,
  }));
  return detections.map((detection) => {
    const mask = maskOf(detection);
    const corners = maskCorners(mask);
    return Float64Array.from(targets, (target) =>
      boxIou(corners, target.corners, target.crowd) > 0 ? runsIou(mask, target.mask, target.crowd) : 0,
    );
  });
}

/** Area in pixels by which a detection is small, medium or large. */
export function detectionArea(kind: OverlapKind, detection: EvaluationDetection): number {
  return kind === "bbox" ? boxArea(detection.box) : runsArea(maskOf(detection));
}

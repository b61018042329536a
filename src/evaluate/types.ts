/** What evaluation takes: for each image, what is there and what was found. */
import type { RunLengths } from "../support/run-lengths.ts";

/** `[x1, y1, x2, y2]` in pixels of the image file. */
export type Corners = readonly [number, number, number, number];

export interface EvaluationTruth {
  readonly box: Corners;
  /** Index from 0. */
  readonly category: number;
  /** In pixels, as the annotation says; COCO's area ranges go by it. */
  readonly area: number;
  readonly crowd: boolean;
  /** VOC `difficult`. */
  readonly difficult: boolean;
  /** Needed for `segm`. */
  readonly mask?: RunLengths;
}

export interface EvaluationDetection {
  readonly box: Corners;
  readonly category: number;
  readonly score: number;
  /** Needed for `segm`. */
  readonly mask?: RunLengths;
}

export interface EvaluationImage {
  readonly truths: readonly EvaluationTruth[];
  readonly detections: readonly EvaluationDetection[];
}

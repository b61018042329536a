/** COCO's matching of the detections of one category in one image to its true objects (pycocotools `evaluateImg`). */
import type { EvaluationTruth } from "./types.ts";

export interface AreaRange {
  readonly name: "all" | "small" | "medium" | "large";
  readonly low: number;
  readonly high: number;
}

/** Detections in descending order of score. */
export interface MatchInput {
  readonly truths: readonly EvaluationTruth[];
  readonly scores: readonly number[];
  readonly areas: readonly number[];
  /** `[detections][truths]`. */
  readonly overlaps: readonly Float64Array[];
}

/** What a detection is at one overlap threshold. */
export const outcome = { ignored: 0, right: 1, wrong: 2 } as const;

/** Kept for every image of a data set, and so as small as can be. */
export interface Matches {
  readonly scores: readonly number[];
  /** `[thresholds, detections]`: values of `outcome`. */
  readonly outcomes: Uint8Array;
  /** True objects that count in this area range. */
  readonly counted: number;
}

const outside = (area: number, range: AreaRange): boolean => area < range.low || area > range.high;

/** Truths outside the area range and crowds are ignored, and so are what matches them and unmatched detections outside the range. */
export function matchDetections(input: MatchInput, thresholds: readonly number[], range: AreaRange): Matches {
  const ignored = input.truths.map((truth) => truth.crowd || outside(truth.area, range));
  const indices = input.truths.map((_, index) => index);
  // Those that count come first, each group in its own order.
  const order = [...indices.filter((index) => !ignored[index]), ...indices.filter((index) => ignored[index])];
  const outcomes = new Uint8Array(thresholds.length * input.scores.length);
  for (const [row, threshold] of thresholds.entries()) {
    const taken = new Uint8Array(input.truths.length);
    for (const detection of input.scores.keys()) {
      const truth = bestTruth(input, detection, order, ignored, taken, threshold);
      const passed = truth < 0 ? outside(input.areas[detection]!, range) : ignored[truth]!;
      if (truth >= 0) taken[truth] = 1;
      outcomes[row * input.scores.length + detection] = passed
        ? outcome.ignored
        : truth < 0
          ? outcome.wrong
          : outcome.right;
    }
  }
  return { scores: input.scores, outcomes, counted: ignored.filter((value) => !value).length };
}

/** The free truth of highest overlap, the last of equals; an ignored one only where no other reaches the threshold. -1 where none does. */
function bestTruth(
  { truths, overlaps }: MatchInput,
  detection: number,
  order: readonly number[],
  ignored: readonly boolean[],
  taken: Uint8Array,
  threshold: number,
): number {
  let best = -1;
  let overlap = Math.min(threshold, 1 - 1e-10);
  for (const truth of order) {
    if (taken[truth] && !truths[truth]!.crowd) continue;
    if (best >= 0 && !ignored[best] && ignored[truth]) break;
    if (overlaps[detection]![truth]! < overlap) continue;
    overlap = overlaps[detection]![truth]!;
    best = truth;
  }
  return best;
}

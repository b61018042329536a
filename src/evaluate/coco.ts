/** COCO's average precision and recall for boxes and masks, equal to pycocotools' `COCOeval`. */
import { type AreaRange, type Matches, type MatchInput, matchDetections, outcome } from "./coco-match.ts";
import { detectionArea, type OverlapKind, overlaps } from "./overlap.ts";
import { EPSILON, linspace, mean, precisionEnvelope, rank } from "./precision.ts";
import type { EvaluationImage } from "./types.ts";

/** -1 where there is nothing to measure. */
export interface CocoSummary {
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APs: number;
  readonly APm: number;
  readonly APl: number;
  readonly AR1: number;
  readonly AR10: number;
  readonly AR100: number;
  readonly ARs: number;
  readonly ARm: number;
  readonly ARl: number;
}

export interface CocoEvaluation {
  readonly summary: CocoSummary;
  /** Average precision over all overlap thresholds, by category index; -1 where it has no true object. */
  readonly categoryAP: readonly number[];
  /** All areas, 100 detections an image: `precision[category][threshold][recall]` at `recalls`; empty where undefined. */
  readonly curves: {
    readonly thresholds: readonly number[];
    readonly recalls: readonly number[];
    readonly precision: readonly (readonly (readonly number[])[])[];
  };
}

const THRESHOLDS = linspace(0.5, 0.95, 10);
const RECALLS = linspace(0, 1, 101);
const MOST_DETECTIONS = 100;
const AREAS: readonly AreaRange[] = [
  { name: "all", low: 0, high: 1e5 ** 2 },
  { name: "small", low: 0, high: 32 ** 2 },
  { name: "medium", low: 32 ** 2, high: 96 ** 2 },
  { name: "large", low: 96 ** 2, high: 1e5 ** 2 },
];

/** One category, area range and number of detections. Undefined without true objects. */
interface Cell {
  /** `[threshold][recall]`. */
  readonly precision: readonly (readonly number[])[];
  /** `[threshold]`. */
  readonly recall: readonly number[];
}

/** Takes the images of a data set one by one and keeps of each only what matched: masks may be let go. */
export interface CocoMeasure {
  readonly add: (image: EvaluationImage) => void;
  readonly result: () => CocoEvaluation;
}

/**
 * Images must come in ascending order of their ids, which decides between equal scores; `categories` is how many there
 * are. For `segm`, every truth and detection has a mask.
 */
export function createCocoMeasure(options: {
  readonly kind: OverlapKind;
  readonly categories: number;
}): CocoMeasure {
  // `[area][category]`: the images with truths or detections of the category.
  const matches = AREAS.map(() => Array.from({ length: options.categories }, (): Matches[] => []));
  return {
    add: (image) => {
      for (let category = 0; category < options.categories; category++) {
        const input = matchInput(image, category, options.kind);
        if (!input) continue;
        for (const [area, range] of AREAS.entries())
          matches[area]![category]!.push(matchDetections(input, THRESHOLDS, range));
      }
    },
    result: () => summarize(matches),
  };
}

function summarize(byArea: readonly (readonly (readonly Matches[])[])[]): CocoEvaluation {
  const cells = (area: number, limit: number) => byArea[area]!.map((matches) => accumulate(matches, limit));
  const all = cells(0, MOST_DETECTIONS);
  const sized = [1, 2, 3].map((area) => cells(area, MOST_DETECTIONS));
  const precision = (of: typeof all, threshold?: number) =>
    average(
      of.flatMap(
        (cell) => (threshold === undefined ? cell?.precision.flat() : cell?.precision[threshold]) ?? [],
      ),
    );
  const recall = (of: typeof all) => average(of.flatMap((cell) => cell?.recall ?? []));
  return {
    summary: {
      AP: precision(all),
      AP50: precision(all, 0),
      AP75: precision(all, 5),
      APs: precision(sized[0]!),
      APm: precision(sized[1]!),
      APl: precision(sized[2]!),
      AR1: recall(cells(0, 1)),
      AR10: recall(cells(0, 10)),
      AR100: recall(all),
      ARs: recall(sized[0]!),
      ARm: recall(sized[1]!),
      ARl: recall(sized[2]!),
    },
    categoryAP: all.map((cell) => precision([cell])),
    curves: { thresholds: THRESHOLDS, recalls: RECALLS, precision: all.map((cell) => cell?.precision ?? []) },
  };
}

const average = (values: readonly number[]): number => (values.length === 0 ? -1 : mean(values));

/** Undefined where an image has neither truths nor detections of the category. */
function matchInput(image: EvaluationImage, category: number, kind: OverlapKind): MatchInput | undefined {
  const truths = image.truths.filter((truth) => truth.category === category);
  const found = image.detections.filter((detection) => detection.category === category);
  if (truths.length === 0 && found.length === 0) return undefined;
  const detections = rank(found, (detection) => detection.score).slice(0, MOST_DETECTIONS);
  return {
    truths,
    scores: detections.map((detection) => detection.score),
    areas: detections.map((detection) => detectionArea(kind, detection)),
    overlaps: overlaps(kind, detections, truths),
  };
}

/** Precision at each recall over all images, with the best `limit` detections of each (pycocotools `accumulate`). */
function accumulate(images: readonly Matches[], limit: number): Cell | undefined {
  const counted = images.reduce((sum, matches) => sum + matches.counted, 0);
  if (counted === 0) return undefined;
  const candidates = images.flatMap((matches) =>
    matches.scores.slice(0, limit).map((score, index) => ({ score, matches, index })),
  );
  const ranked = rank(candidates, (candidate) => candidate.score);
  const curves = THRESHOLDS.map((_, threshold) => {
    let [right, wrong] = [0, 0];
    const recall: number[] = [];
    const precision: number[] = [];
    for (const { matches, index } of ranked) {
      const found = matches.outcomes[threshold * matches.scores.length + index];
      if (found === outcome.right) right++;
      if (found === outcome.wrong) wrong++;
      recall.push(right / counted);
      precision.push(right / (wrong + right + EPSILON));
    }
    return { recall, precision: precisionEnvelope(precision) };
  });
  return {
    recall: curves.map(({ recall }) => recall.at(-1) ?? 0),
    precision: curves.map((curve) => precisionAt(curve.recall, curve.precision)),
  };
}

/** The precision where each recall level is first reached; 0 beyond the highest. */
function precisionAt(recall: readonly number[], precision: readonly number[]): number[] {
  let index = 0;
  return RECALLS.map((level) => {
    while (index < recall.length && recall[index]! < level) index++;
    return precision[index] ?? 0;
  });
}

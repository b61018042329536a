/** Pascal VOC's average precision for boxes (VOC2012 development kit, `VOCevaldet`), by 11 points (until 2009) and by area. */
import { boxIou } from "./overlap.ts";
import { mean, precisionEnvelope, rank } from "./precision.ts";
import type { EvaluationDetection, EvaluationImage } from "./types.ts";

/** A detection must overlap a truth at least this much. */
const OVERLAP = 0.5;

export interface VocCategory {
  /** NaN-free: -1 where the category has no true object that counts. */
  readonly elevenPoint: number;
  readonly area: number;
  /** One point a detection that counts, in descending order of score. */
  readonly recall: readonly number[];
  readonly precision: readonly number[];
}

export interface VocEvaluation {
  /** Means over the categories that have true objects; -1 where none has. */
  readonly elevenPoint: number;
  readonly area: number;
  readonly categories: readonly VocCategory[];
}

/** Difficult truths count neither as found nor as missed. `categories` is how many there are. */
export function evaluateVoc(
  images: readonly EvaluationImage[],
  options: { readonly categories: number },
): VocEvaluation {
  const categories = Array.from({ length: options.categories }, (_, category) =>
    evaluateCategory(images, category),
  );
  const present = categories.filter((category) => category.area >= 0);
  const average = (of: (category: VocCategory) => number) =>
    present.length === 0 ? -1 : mean(present.map(of));
  return {
    elevenPoint: average((category) => category.elevenPoint),
    area: average((category) => category.area),
    categories,
  };
}

interface Candidate {
  readonly image: EvaluationImage;
  readonly detection: EvaluationDetection;
}

function evaluateCategory(images: readonly EvaluationImage[], category: number): VocCategory {
  const truths = images.flatMap((image) => image.truths).filter((truth) => truth.category === category);
  const counted = truths.filter((truth) => !truth.difficult).length;
  if (counted === 0) return { elevenPoint: -1, area: -1, recall: [], precision: [] };
  const candidates = images.flatMap((image) =>
    image.detections
      .filter((detection) => detection.category === category)
      .map((detection): Candidate => ({ image, detection })),
  );
  const recall: number[] = [];
  const precision: number[] = [];
  const found = new Set<object>();
  let [right, wrong] = [0, 0];
  for (const candidate of rank(candidates, ({ detection }) => detection.score)) {
    const truth = bestTruth(candidate);
    if (truth?.difficult) continue;
    if (truth && !found.has(truth)) right++;
    else wrong++;
    if (truth) found.add(truth);
    recall.push(right / counted);
    precision.push(right / (right + wrong));
  }
  return { ...averagePrecision(recall, precision), recall, precision };
}

/** The truth of highest overlap, the first of equals, where that is enough; found before or not. */
function bestTruth({ image, detection }: Candidate) {
  let best: (typeof image.truths)[number] | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const truth of image.truths) {
    if (truth.category !== detection.category) continue;
    const overlap = boxIou(detection.box, truth.box, false);
    if (overlap > highest) [highest, best] = [overlap, truth];
  }
  return highest >= OVERLAP ? best : undefined;
}

function averagePrecision(recall: readonly number[], precision: readonly number[]) {
  const envelope = precisionEnvelope(precision);
  const elevenPoint = mean(
    Array.from({ length: 11 }, (_, point) => {
      const index = recall.findIndex((value) => value >= point / 10);
      return index < 0 ? 0 : envelope[index]!;
    }),
  );
  const area = recall.reduce(
    (sum, value, index) => sum + (value - (recall[index - 1] ?? 0)) * envelope[index]!,
    0,
  );
  return { elevenPoint, area };
}

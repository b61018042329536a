/** Whether two non-maximum suppressions of the same candidates differ only where rounding decides. */
import type { Recording } from "./feeds.ts";

/** Candidates of one image: boxes `[M, 4]`, scores and groups `[M]`; boxes of different groups never meet. */
export interface Candidates {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly groups: ArrayLike<number>;
}

export interface Rule {
  /** Overlap above which the lower of two is dropped. */
  readonly threshold: number;
  /** Most that are kept. */
  readonly limit: number;
}

export interface Differences {
  /** Candidates that one side kept and the other did not. */
  readonly different: number;
  /** Those that no rounding explains. */
  readonly unexplained: number;
}

const closeScores = 1e-6;
const closeOverlap = 1e-5;

/** Intersection over union, in double precision. */
function overlapOf(boxes: ArrayLike<number>, one: number, other: number): number {
  const [a, b] = [one * 4, other * 4];
  const shared = (from: number) =>
    Math.min(boxes[a + from + 2]!, boxes[b + from + 2]!) - Math.max(boxes[a + from]!, boxes[b + from]!);
  const area = (at: number) => (boxes[at + 2]! - boxes[at]!) * (boxes[at + 3]! - boxes[at + 1]!);
  const intersection = Math.max(0, shared(0)) * Math.max(0, shared(1));
  return intersection / (area(a) + area(b) - intersection);
}

/**
 * A candidate that only one side kept is explained where a kept one overlaps it to within 1e-5 of the threshold;
 * where its score is less than 1e-6 from that of a kept one that it overlaps, or from the last score of a full list;
 * where an explained one suppresses it; or where, at the end of a full list, an explained one took its place.
 */
export function differencesOf(
  { boxes, scores, groups }: Candidates,
  ours: readonly number[],
  theirs: readonly number[],
  { threshold, limit }: Rule,
): Differences {
  const [mine, others] = [new Set(ours), new Set(theirs)];
  const different = [
    ...ours.filter((each) => !others.has(each)),
    ...theirs.filter((each) => !mine.has(each)),
  ];
  const kept = [...new Set([...ours, ...theirs])];
  const isFull = Math.max(ours.length, theirs.length) >= limit;
  const agreed = theirs.filter((each) => mine.has(each)).map((each) => scores[each]!);
  const lowest = agreed.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY);
  const rivals = (each: number) =>
    kept
      .filter((other) => other !== each && groups[other] === groups[each])
      .map((other) => ({ other, overlap: overlapOf(boxes, each, other) }));
  const isClose = (each: number): boolean =>
    rivals(each).some(
      ({ other, overlap }) =>
        Math.abs(overlap - threshold) < closeOverlap ||
        (overlap > threshold && Math.abs(scores[other]! - scores[each]!) < closeScores),
    );
  const explained = new Set(different.filter(isClose));
  for (let before = -1; before !== explained.size; ) {
    before = explained.size;
    for (const each of different) {
      const follows = rivals(each).some(({ other, overlap }) => explained.has(other) && overlap > threshold);
      if (follows) explained.add(each);
    }
  }
  const rest = different.filter((each) => !explained.has(each));
  const atEnd = isFull ? rest.filter((each) => scores[each]! - lowest < closeScores) : [];
  // Each explained one moves the end of a full list by one place; equal scores may change places there.
  const tied = atEnd.filter((each) => Math.abs(scores[each]! - lowest) < closeScores).length;
  const moved = Math.min(atEnd.length, explained.size + tied);
  return { different: different.length, unexplained: rest.length - moved };
}

/** Boxes that were kept, `[K, 4]`, with their scores. */
export interface Kept {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly count: number;
  readonly groups?: ArrayLike<number>;
}

/** Of each kept box the nearest candidate, each taken once; -1 where none is within 0.01 px and 1e-5 of its score. */
export function candidatesAt({ boxes, scores, groups }: Candidates, kept: Kept): number[] {
  const taken = new Set<number>();
  return Array.from({ length: kept.count }, (_, row) => {
    let [best, distance] = [-1, 1];
    for (let each = 0; each < scores.length; each++) {
      if (taken.has(each) || (kept.groups && kept.groups[row] !== groups[each])) continue;
      const apart = [0, 1, 2, 3].map((side) =>
        Math.abs(boxes[each * 4 + side]! - kept.boxes[row * 4 + side]!),
      );
      const far = Math.max(...apart) / 0.01 + Math.abs(scores[each]! - kept.scores[row]!) / 1e-5;
      if (far < distance) [best, distance] = [each, far];
    }
    taken.add(best);
    return best;
  });
}

export const candidatesOf = (recording: Recording, name: string): Candidates => ({
  boxes: recording[`${name}.boxes`]!.data,
  scores: recording[`${name}.scores`]!.data,
  groups: recording[`${name}.groups`]!.data,
});

/** Non-maximum suppression among groups of boxes that never meet: levels of a pyramid, classes (torchvision's `batched_nms`). */
import type { Value } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import { gatherRows, iota } from "./rows.ts";

/** What is kept of an image's boxes, by descending score: i32 and bool `[N, K]`. */
export interface Kept {
  readonly index: Value;
  readonly valid: Value;
}

export interface Limits {
  /** Overlap above which the lower scored of two boxes goes. */
  readonly overlap: number;
  readonly count: number;
  /** Scores are above this. */
  readonly minimumScore: number;
}

const column = (b: Builder, table: Value): Value => b.reshape(table, { shape: [...table.type.shape, 1] });

/** `table [N, M]`, `index` i32 `[N, K]` -> `[N, K]`. */
export const rowsOf = (b: Builder, table: Value, index: Value): Value =>
  b.reshape(gatherRows(b, column(b, table), index), { shape: index.type.shape });

/** Of boxes `[N, M, 4]` of one group with scores `[N, M]`. */
export function suppress(b: Builder, boxes: Value, scores: Value, limits: Limits): Kept {
  const [n, m] = scores.type.shape as [number, number];
  const count = Math.min(limits.count, m);
  const [index, found] = b.nonMaxSuppression(boxes, scores, { ...limits, count });
  const valid = b.less(b.constant(iota(count), "i32", [1, count]), b.reshape(found!, { shape: [n, 1] }));
  return { index: index!, valid };
}

/** The highest `count` of `kept`, which names boxes by their place among `scores [N, M]`. */
export function bestOf(b: Builder, kept: Kept, scores: Value, { count, minimumScore }: Limits): Kept {
  const among = b.select(kept.valid, rowsOf(b, scores, kept.index), minimumScore);
  const [values, place] = b.topK(among, { k: Math.min(count, kept.index.type.shape[1]!) });
  return { index: rowsOf(b, kept.index, place!), valid: b.greater(values!, minimumScore) };
}

/** Boxes of an image up to which torchvision runs one NMS on groups that it moves apart, on a CPU. */
const fewBoxes = 1000;

/**
 * By how much torchvision moves each group away from the one before, `[N, 1, 1]`, for boxes `[N, M, 4]`: the largest
 * coordinate and 1 where boxes are few, which rounds coordinates, and 0 where they are many and each group is
 * suppressed for itself.
 */
export function stepApart(b: Builder, boxes: Value, scores: Value, minimumScore: number): Value {
  const [n, m] = scores.type.shape as [number, number];
  const eligible = b.greater(scores, minimumScore);
  const count = b.sum(b.cast(eligible, { dtype: "f32" }), { axes: [1], keepDims: true });
  const largest = b.max(b.select(b.reshape(eligible, { shape: [n, m, 1] }), boxes, 0), {
    axes: [1, 2],
    keepDims: false,
  });
  const step = b.select(b.lessEqual(count, fewBoxes), b.add(b.reshape(largest, { shape: [n, 1] }), 1), 0);
  return b.reshape(step, { shape: [n, 1, 1] });
}

/**
 * Offsets of `count` groups, x and y in units of the image's longer side and 1, those with the smallest coordinates
 * first: the nearer to the origin, the less an offset rounds.
 */
export function placesApart(count: number): readonly (readonly [x: number, y: number])[] {
  const reach = Math.ceil(Math.sqrt(count) / 2);
  const side = iota(2 * reach).map((index) => index - reach);
  const largest = (cell: readonly number[]) => Math.max(...cell.map((at) => Math.max(Math.abs(at), at + 1)));
  return side
    .flatMap((y) => side.map((x) => [x, y] as const))
    .sort(
      (a, b) => largest(a) - largest(b) || Math.abs(a[0]) + Math.abs(a[1]) - Math.abs(b[0]) - Math.abs(b[1]),
    )
    .slice(0, count);
}

/** Of boxes `[N, P * classes, 4]`, the class the faster index, each class for itself; labels begin with 1. */
export function suppressClasses(
  b: Builder,
  { boxes, scores, classes }: { readonly boxes: Value; readonly scores: Value; readonly classes: number },
  limits: Limits,
): Kept {
  const [n, all] = scores.type.shape as [number, number];
  const p = all / classes;
  const step = b.reshape(stepApart(b, boxes, scores, limits.minimumScore), { shape: [n, 1, 1, 1] });
  const labels = b.constant(
    iota(classes).map((index) => index + 1),
    "f32",
    [1, 1, classes, 1],
  );
  const moved = b.add(b.reshape(boxes, { shape: [n, p, classes, 4] }), b.mul(labels, step));
  const rows = b.reshape(b.transpose(moved, { permutation: [0, 2, 1, 3] }), { shape: [n * classes, p, 4] });
  const byClass = b.transpose(b.reshape(scores, { shape: [n, p, classes] }), { permutation: [0, 2, 1] });
  const each = suppress(b, rows, b.reshape(byClass, { shape: [n * classes, p] }), limits);
  const slots = each.index.type.shape[1]!;
  const place = b.add(
    b.mul(b.reshape(each.index, { shape: [n, classes, slots] }), classes),
    b.constant(iota(classes), "i32", [1, classes, 1]),
  );
  const shape = [n, classes * slots];
  const kept = { index: b.reshape(place, { shape }), valid: b.reshape(each.valid, { shape }) };
  return bestOf(b, kept, scores, limits);
}

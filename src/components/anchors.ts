/** Anchors: boxes of every size and ratio at every cell of every level, as constants of the bucket (Ren et al. 2015, 3.1.1). */
import type { AnchorsModel } from "../model/model.ts";
import type { Value } from "../ir/types.ts";
import type { LowerContext } from "./context.ts";

export interface Anchors {
  /** `[1, A, 4]` pixels, level by level, row by row, cell by cell; A counts all of them. */
  readonly boxes: Value;
  /** How many of the A anchors each level has, and the level each belongs to. */
  readonly counts: readonly number[];
  /** bool `[N, A]`: the anchor's cell lies on the image rounded up to `multiple`. */
  readonly exists: Value;
  /** bool `[N, A]`: may be trained on (`straddling`). */
  readonly trainable: Value;
}

/** Half to even, as torch rounds. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Corners around the origin for one level: ratios outer, sizes inner. */
export function baseAnchors(sizes: readonly number[], model: AnchorsModel): number[][] {
  return model.ratios.flatMap((ratio) =>
    sizes.map((size) => {
      // torch computes in f32, which decides on which side of a half a corner falls.
      const heightRatio = Math.fround(Math.sqrt(Math.fround(ratio)));
      const width = Math.fround(Math.fround(1 / heightRatio) * size);
      const height = Math.fround(heightRatio * size);
      const box = [-width / 2, -height / 2, width / 2, height / 2];
      return model.rounded ? box.map(roundHalfToEven) : box;
    }),
  );
}

/** `grids`: height and width of each level's feature map, in cells. */
export function lowerAnchors(
  context: LowerContext,
  grids: readonly (readonly [number, number])[],
  sizes: Value,
): Anchors {
  const { anchors, levels } = context.model.rpn;
  const { height, width } = context.bucket;
  const boxes: number[] = [];
  const origins: number[] = [];
  const counts = grids.map(([rows, columns], level) => {
    const base = baseAnchors(anchors.sizes[level]!, anchors);
    const stride = levels[level]!.stride;
    const step = anchors.rounded ? [Math.floor(height / rows), Math.floor(width / columns)] : [stride, stride];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [y, x] = [row * step[0]!, column * step[1]!];
        for (const [x1, y1, x2, y2] of base as [number, number, number, number][]) {
          boxes.push(x1 + x, y1 + y, x2 + x, y2 + y);
          origins.push(y, x);
        }
      }
    }
    return rows * columns * base.length;
  });
  const total = boxes.length / 4;
  const b = context.at("rpn.anchors");
  const exists = anchorsExist(context, origins, sizes);
  const trainable =
    anchors.straddling === "keep" ? exists : b.logicalAnd(exists, anchorsInside(context, boxes, sizes));
  return { boxes: b.constant(boxes, "f32", [1, total, 4]), counts, exists, trainable };
}

/**
 * A cell exists where the exact-size computation would have it: its origin is below ceil(size / m) * m, which is
 * to say that floor(origin / m) * m is below the size. In this form no back end divides.
 */
function anchorsExist(context: LowerContext, origins: readonly number[], sizes: Value): Value {
  const b = context.at("rpn.anchors");
  const { batch: n } = context.bucket;
  const { multiple } = context.model.input;
  const total = origins.length / 2;
  const starts = origins.map((origin) => Math.floor(origin / multiple) * multiple);
  const before = b.less(b.constant(starts, "f32", [1, total, 2]), b.reshape(sizes, { shape: [n, 1, 2] }));
  const axis = (index: number) =>
    b.reshape(b.slice(before, { begin: [0, 0, index], size: [n, total, 1] }), { shape: [n, total] });
  return b.logicalAnd(axis(0), axis(1));
}

function anchorsInside(context: LowerContext, boxes: readonly number[], sizes: Value): Value {
  const b = context.at("rpn.anchors");
  const { batch: n } = context.bucket;
  const total = boxes.length / 4;
  const column = (index: number) =>
    b.constant(
      Array.from({ length: total }, (_, anchor) => boxes[anchor * 4 + index]!),
      "f32",
      [1, total],
    );
  const side = (index: number) => b.slice(sizes, { begin: [0, index], size: [n, 1] });
  const from = b.logicalAnd(b.greaterEqual(column(0), 0), b.greaterEqual(column(1), 0));
  const to = b.logicalAnd(b.lessEqual(column(2), side(1)), b.lessEqual(column(3), side(0)));
  return b.logicalAnd(from, to);
}

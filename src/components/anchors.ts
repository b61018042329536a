/** Anchors: boxes of every size and ratio at every cell of every level, as constants of the bucket (Ren et al. 2015, 3.1.1). */

import type { Value } from "../ir/types.ts";
import type { AnchorsModel } from "../model/model.ts";
import { clipBoxes, isLargeEnough } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import { repeatRows } from "./rows.ts";
import { rpnOf } from "./rpn-of.ts";

export interface Anchors {
  /** `[1 or N, A, 4]` pixels, level by level, row by row, cell by cell; A counts all of them. */
  readonly boxes: Value;
  /** How many of the A anchors each level has, and the level each belongs to. */
  readonly counts: readonly number[];
  /** bool `[N, A]`: the anchor's cell lies on the image rounded up to `multiple`. */
  readonly exists: Value;
  /** bool `[N, A]`: may be trained on (`straddling`). */
  readonly trainable: Value;
}

/** Half to even, as torch and numpy round. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

type Box = readonly [x1: number, y1: number, x2: number, y2: number];

/** Corners around the origin for one level, whose stride is `stride`: ratios outer, sizes inner. */
export function baseAnchors(model: AnchorsModel, level: number, stride: number): Box[] {
  const sizes = model.sizes[level]!;
  return model.ratios[level]!.flatMap((ratio) =>
    sizes.map((size) => {
      const [width, height] =
        model.rounding === "sides" ? roundedSides(size, ratio, stride) : sides(size, ratio);
      const box: Box = [-width / 2, -height / 2, width / 2, height / 2];
      return model.rounding === "corners" ? (box.map(roundHalfToEven) as unknown as Box) : box;
    }),
  );
}

/** torch computes in f32, which decides on which side of a half a corner falls. */
function sides(size: number, ratio: number): readonly [number, number] {
  const heightRatio = Math.fround(Math.sqrt(Math.fround(ratio)));
  return [Math.fround(Math.fround(1 / heightRatio) * size), Math.fround(heightRatio * size)];
}

/** py-faster-rcnn's `generate_anchors`: the anchor as large as the stride has whole sides. */
function roundedSides(size: number, ratio: number, stride: number): readonly [number, number] {
  const width = roundHalfToEven(Math.sqrt(stride ** 2 / ratio));
  return [(width * size) / stride, (roundHalfToEven(width * ratio) * size) / stride];
}

/** Every anchor's corners, and the corner of its cell as y, x. */
interface Placed {
  readonly boxes: number[];
  readonly origins: number[];
  readonly counts: readonly number[];
}

function placeAnchors(context: LowerContext, grids: readonly (readonly [number, number])[]): Placed {
  const { anchors, levels } = rpnOf(context);
  const { height, width } = context.bucket;
  const boxes: number[] = [];
  const origins: number[] = [];
  const counts = grids.map(([rows, columns], level) => {
    const { stride } = levels[level]!;
    const base = baseAnchors(anchors, level, stride);
    const step =
      anchors.rounding === "corners"
        ? ([Math.floor(height / rows), Math.floor(width / columns)] as const)
        : ([stride, stride] as const);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [y, x] = [(row + anchors.offset) * step[0], (column + anchors.offset) * step[1]];
        for (const [x1, y1, x2, y2] of base) {
          boxes.push(x1 + x, y1 + y, x2 + x, y2 + y);
          origins.push(row * step[0], column * step[1]);
        }
      }
    }
    return rows * columns * base.length;
  });
  return { boxes, origins, counts };
}

/** `grids`: height and width of each level's feature map, in cells. */
export function lowerAnchors(
  context: LowerContext,
  grids: readonly (readonly [number, number])[],
  sizes: Value,
): Anchors {
  const { clip, straddling } = rpnOf(context).anchors;
  const { boxes: corners, origins, counts } = placeAnchors(context, grids);
  const b = context.at("rpn.anchors");
  const inCells = anchorsExist(context, origins, sizes);
  const placed = b.constant(corners, "f32", [1, corners.length / 4, 4]);
  const boxes = clip
    ? clipBoxes(b, repeatRows(b, placed, context.bucket.batch), sizes, context.model.boxWidth)
    : placed;
  // An anchor wholly outside the image has no area behind its clipping, and no code.
  const exists = clip ? b.logicalAnd(inCells, isLargeEnough(b, boxes, 1e-6)) : inCells;
  const trainable =
    straddling === "keep" ? exists : b.logicalAnd(exists, anchorsInside(context, corners, sizes));
  return { boxes, counts, exists, trainable };
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

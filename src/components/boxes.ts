/** Arithmetic on boxes `[..., 4]` = `[x1, y1, x2, y2]` pixels: overlap, coding, clipping. */

import type { Value } from "../ir/types.ts";
import type { BoxCoderModel, Model } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";

/** The four coordinates of `[..., 4]`, each `[..., 1]`. */
export function corners(b: Builder, boxes: Value): [Value, Value, Value, Value] {
  const shape = boxes.type.shape;
  const column = (index: number) =>
    b.slice(boxes, {
      begin: shape.map((_, axis) => (axis === shape.length - 1 ? index : 0)),
      size: shape.map((size, axis) => (axis === shape.length - 1 ? 1 : size)),
    });
  return [column(0), column(1), column(2), column(3)];
}

const lastAxis = (value: Value): number => value.type.shape.length - 1;

/** Widths and heights, each `[..., 1]`. */
export function extents(b: Builder, boxes: Value): [Value, Value] {
  const [x1, y1, x2, y2] = corners(b, boxes);
  return [b.sub(x2, x1), b.sub(y2, y1)];
}

/**
 * Intersection over union of every truth with every box: `[N, G, 4]`, `[N or 1, B, 4]` -> `[N, G, B]`.
 * Two boxes of area 0 have overlap 0 here, where torchvision has NaN.
 */
export function pairwiseOverlap(b: Builder, truths: Value, boxes: Value): Value {
  const [n, g] = [truths.type.shape[0]!, truths.type.shape[1]!];
  const [m, count] = [boxes.type.shape[0]!, boxes.type.shape[1]!];
  const rows = corners(b, truths);
  const columns = corners(b, boxes).map((value) => b.reshape(value, { shape: [m, 1, count] })) as typeof rows;
  const area = ([x1, y1, x2, y2]: typeof rows) => b.mul(b.sub(x2, x1), b.sub(y2, y1));
  const width = b.sub(b.minimum(rows[2], columns[2]), b.maximum(rows[0], columns[0]));
  const height = b.sub(b.minimum(rows[3], columns[3]), b.maximum(rows[1], columns[1]));
  const intersection = b.mul(b.maximum(width, 0), b.maximum(height, 0));
  const union = b.sub(b.add(area(rows), area(columns)), intersection);
  // A union is 0 only where the intersection is: the quotient is then 0, not NaN.
  const overlap = b.div(intersection, b.maximum(union, 1e-12));
  return overlap.type.shape[0] === n ? overlap : b.broadcastTo(overlap, { shape: [n, g, count] });
}

/** Deltas that lead from `boxes` to `truths`, both `[M, 4]` (Girshick et al. 2014, appendix C). */
export function encodeBoxes(b: Builder, coder: BoxCoderModel, truths: Value, boxes: Value): Value {
  const [width, height] = extents(b, boxes);
  const [truthWidth, truthHeight] = extents(b, truths);
  const [x1, y1] = corners(b, boxes);
  const [truthX1, truthY1] = corners(b, truths);
  const center = (from: Value, extent: Value) => b.add(from, b.mul(extent, 0.5));
  const shift = (weight: number, truth: Value, own: Value, extent: Value) =>
    b.div(b.mul(b.sub(truth, own), weight), extent);
  const stretch = (weight: number, truth: Value, own: Value) => b.mul(b.log(b.div(truth, own)), weight);
  const [wx, wy, ww, wh] = coder.weights;
  return b.concat(
    [
      shift(wx, center(truthX1, truthWidth), center(x1, width), width),
      shift(wy, center(truthY1, truthHeight), center(y1, height), height),
      stretch(ww, truthWidth, width),
      stretch(wh, truthHeight, height),
    ],
    { axis: lastAxis(boxes) },
  );
}

/** Boxes that `deltas` lead to from `boxes`; shapes broadcast over all but the last axis, which is 4 in both. */
export function decodeBoxes(b: Builder, coder: BoxCoderModel, deltas: Value, boxes: Value): Value {
  const [wx, wy, ww, wh] = coder.weights;
  const [width, height] = extents(b, boxes);
  const [x1, y1] = corners(b, boxes);
  const [dx, dy, dw, dh] = corners(b, deltas);
  const center = (delta: Value, weight: number, extent: Value, from: Value) =>
    b.add(b.mul(b.div(delta, weight), extent), b.add(from, b.mul(extent, 0.5)));
  const half = (delta: Value, weight: number, extent: Value) =>
    b.mul(b.mul(b.exp(b.minimum(b.div(delta, weight), coder.clamp)), extent), 0.5);
  const [cx, cy] = [center(dx, wx, width, x1), center(dy, wy, height, y1)];
  const [hw, hh] = [half(dw, ww, width), half(dh, wh, height)];
  return b.concat([b.sub(cx, hw), b.sub(cy, hh), b.add(cx, hw), b.add(cy, hh)], { axis: lastAxis(deltas) });
}

/**
 * Clips boxes `[N, M, 4]` to images of `sizes` `[N, 2]` (height, width). Boxes end where their last pixel ends; where
 * that pixel belongs to the box (`inclusive`), at least one is left.
 */
export function clipBoxes(
  b: Builder,
  boxes: Value,
  sizes: Value,
  width: Model["boxWidth"] = "difference",
): Value {
  const n = sizes.type.shape[0]!;
  const side = (index: number) => b.slice(sizes, { begin: [0, index], size: [n, 1] });
  const [down, across] = [side(0), side(1)];
  const each = (from: Value, to: Value, shape: readonly number[]) =>
    b.reshape(b.concat([from, to, across, down], { axis: 1 }), { shape });
  const shape = [n, 1, 4];
  if (width === "difference") {
    return b.minimum(b.maximum(boxes, 0), each(across, down, shape));
  }
  const least = b.constant([0, 0, 1, 1], "f32", [1, 1, 4]);
  return b.minimum(b.maximum(boxes, least), each(b.sub(across, 1), b.sub(down, 1), shape));
}

/** Whether both sides are at least `minimum` pixels: `[N, M, 4]` -> bool `[N, M]`. */
export function isLargeEnough(b: Builder, boxes: Value, minimum: number): Value {
  const [width, height] = extents(b, boxes);
  const both = b.logicalAnd(b.greaterEqual(width, minimum), b.greaterEqual(height, minimum));
  return b.reshape(both, { shape: boxes.type.shape.slice(0, -1) });
}

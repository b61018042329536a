/** Numpy's broadcasting rule: the shape, the walk over elements, and the sum that undoes it in a gradient. */
import { sameShape, stridesOf } from "../../ir/tensor-type.ts";
import type { Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import type { TensorData } from "../define.ts";
import { type Row, walk } from "../walk.ts";

/** The common shape, axes aligned at the end and size 1 stretched; undefined where the shapes disagree. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): readonly number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let axis = 0; axis < shape.length; axis++) {
      const at = rank - shape.length + axis;
      const size = shape[axis]!;
      if (size === result[at] || size === 1) continue;
      if (result[at] !== 1) return undefined;
      result[at] = size;
    }
  }
  return result;
}

/** Strides of `shape` seen as `target`: 0 along stretched axes. */
export function stretchedStrides(shape: readonly number[], target: readonly number[]): number[] {
  const own = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : own[axis - missing]!));
}

/** Visits the elements of the broadcast `shape` in runs, with the place of each operand's. */
export function walkBroadcast(operands: readonly TensorData[], shape: readonly number[], row: Row): void {
  const strides = operands.map((operand) => stretchedStrides(operand.type.shape, shape));
  walk(
    shape,
    strides,
    operands.map(() => 0),
    row,
  );
}

/** Sums a gradient over the axes along which `shape` was stretched. */
export function sumToShape(builder: Builder, gradient: Value, shape: readonly number[]): Value {
  const from = gradient.type.shape;
  if (sameShape(from, shape)) return gradient;
  const missing = from.length - shape.length;
  const axes = from.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  const summed = axes.length > 0 ? builder.sum(gradient, { axes, keepDims: true }) : gradient;
  return sameShape(summed.type.shape, shape) ? summed : builder.reshape(summed, { shape });
}

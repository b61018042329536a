/** Numpy's broadcasting rule: the shape, the walk over elements, and the sum that undoes it in a gradient. */
import { sameShape, sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import type { Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import type { TensorData } from "../define.ts";

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
function stretchedStrides(shape: readonly number[], target: readonly number[]): number[] {
  const own = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : own[axis - missing]!));
}

/**
 * Calls `row(at, length, offsets, steps)` for runs of `length` neighbours of the output from `at` on; operand k's
 * elements of the run lie `steps[k]` (0 or more) apart from `offsets[k]` on. Equal shapes and scalars give one run.
 */
export function forEachRow(
  operands: readonly TensorData[],
  shape: readonly number[],
  row: (at: number, length: number, offsets: readonly number[], steps: readonly number[]) => void,
): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  if (operands.every((operand) => operand.data.length === 1 || sameShape(operand.type.shape, shape))) {
    const steps = operands.map((operand) => (operand.data.length === 1 ? 0 : 1));
    row(0, size, operands.map(() => 0), steps);
    return;
  }
  const last = shape.length - 1;
  const length = shape[last]!;
  const strides = operands.map((operand) => stretchedStrides(operand.type.shape, shape));
  const steps = strides.map((stride) => stride[last]!);
  const offsets = operands.map(() => 0);
  const index = new Array<number>(shape.length).fill(0);
  for (let at = 0; at < size; at += length) {
    row(at, length, offsets, steps);
    for (let axis = last - 1; axis >= 0; axis--) {
      index[axis]!++;
      for (let k = 0; k < offsets.length; k++) offsets[k]! += strides[k]![axis]!;
      if (index[axis]! < shape[axis]!) break;
      for (let k = 0; k < offsets.length; k++) offsets[k]! -= strides[k]![axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
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

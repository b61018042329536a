/** Tensor types: comparison, size, and how they are written. */
import type { TensorType } from "./types.ts";

export const sameShape = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((size, axis) => size === right[axis]);

export const sameType = (left: TensorType, right: TensorType): boolean =>
  left.dtype === right.dtype && sameShape(left.shape, right.shape);

/** Count of elements; 1 for a scalar. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** Distance between neighbours along each axis, in elements of a row-major tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** `f32[2, 50, 84, 64]`. */
export const printType = (type: TensorType): string => `${type.dtype}[${type.shape.join(", ")}]`;

/** Walks several row-major tensors of one index space together, in runs that inner loops can take at full speed. */
import { sizeOf } from "../ir/tensor-type.ts";
import type { TensorData } from "./define.ts";

/** A run of `length` elements; operand k's lie `steps[k]` apart from `offsets[k]` on. `at` counts the elements before it. */
export type Row = (at: number, length: number, offsets: readonly number[], steps: readonly number[]) => void;

/** Visits all of `shape` in row-major order; `strides[k]` are operand k's, 0 where it repeats, from `start[k]` on. */
export function walk(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  start: readonly number[],
  row: Row,
): void {
  const size = sizeOf(shape);
  if (size === 0) return;
  const axes = mergeAxes(shape, strides);
  const inner = axes.pop() ?? { size: 1, strides: strides.map(() => 0) };
  const offsets = [...start];
  const index = axes.map(() => 0);
  for (let at = 0; at < size; at += inner.size) {
    row(at, inner.size, offsets, inner.strides);
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { size: count, strides: steps } = axes[axis]!;
      for (let k = 0; k < offsets.length; k++) offsets[k]! += steps[k]!;
      if (++index[axis]! < count) break;
      for (let k = 0; k < offsets.length; k++) offsets[k]! -= steps[k]! * count;
      index[axis] = 0;
    }
  }
}

interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Joins neighbouring axes that all operands cross as if they were one: equal shapes become a single run. */
function mergeAxes(shape: readonly number[], strides: readonly (readonly number[])[]): Axis[] {
  const merged: Axis[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis]!;
    if (size === 1) continue;
    const own = strides.map((stride) => stride[axis]!);
    const outer = merged.at(-1);
    if (outer?.strides.every((stride, k) => stride === own[k]! * size)) {
      merged[merged.length - 1] = { size: outer.size * size, strides: own };
    } else {
      merged.push({ size, strides: own });
    }
  }
  return merged;
}

/** Copies `source` to `target` over `shape`, each with its strides and first element. */
export function copyStrided(
  shape: readonly number[],
  source: TensorData["data"],
  sourceStrides: readonly number[],
  sourceStart: number,
  target: TensorData["data"],
  targetStrides: readonly number[],
  targetStart: number,
): void {
  walk(shape, [sourceStrides, targetStrides], [sourceStart, targetStart], (_, length, offsets, steps) => {
    const [from, to] = [offsets[0]!, offsets[1]!];
    const [stepFrom, stepTo] = [steps[0]!, steps[1]!];
    if (stepFrom === 1 && stepTo === 1 && length > 16) {
      target.set(source.subarray(from, from + length), to);
      return;
    }
    for (let k = 0; k < length; k++) target[to + k * stepTo] = source[from + k * stepFrom]!;
  });
}

/** Matrix products on the stock kernel, which is fast only for one plain product of two matrices. */
import { opNamed } from "../../ops/index.ts";
import { elementsOf } from "../feeds.ts";
import type { Heap, Tensor } from "../heap.ts";
import { type Kernel, loopKernel } from "./kernel.ts";

/** The product of `x` [m, k] and `y` [k, n]. */
export function product(heap: Heap, x: Tensor, y: Tensor): Tensor {
  const shape = [x.shape[0]!, y.shape[1]!];
  const attributes = { transposeA: false, transposeB: false };
  return heap.run("BatchMatMul", { a: x, b: y }, attributes, [{ dtype: "f32", shape }])[0]!;
}

/** Multiply-adds of a product below which its calls cost more than the reference's loops. */
const worthwhile = 100_000;

/** `matmul`: operands are transposed first, and a batch is done one product at a time. */
export const matmul: Kernel = (heap, inputs, attributes, outputs) => {
  const [x, y] = inputs;
  const [type] = outputs;
  const [left, right] = [attributes.transposeX === true, attributes.transposeY === true];
  const inner = x!.shape.at(left ? -2 : -1)!;
  if (inner * elementsOf(type!.shape.slice(-2)) < worthwhile) {
    return loopKernel(opNamed("matmul").reference)(heap, inputs, attributes, outputs);
  }
  if (x!.shape.length === 2) return [plainProduct(heap, x!, left, y!, right)];
  const result = heap.make(type!);
  const count = elementsOf(type!.shape.slice(0, -2));
  for (let index = 0; index < count; index++) {
    const [a, b] = [matrixOf(heap, x!, index), matrixOf(heap, y!, index)];
    const each = plainProduct(heap, a, left, b, right);
    heap.view(result).set(heap.view(each), index * elementsOf(each.shape));
    for (const tensor of [a, b, each]) heap.drop(tensor);
  }
  return [result];
};

function plainProduct(heap: Heap, x: Tensor, left: boolean, y: Tensor, right: boolean): Tensor {
  const a = left ? transposed(heap, x) : x;
  const b = right ? transposed(heap, y) : y;
  const result = product(heap, a, b);
  if (left) heap.drop(a);
  if (right) heap.drop(b);
  return result;
}

/** A copy of matrix `index` of a batch. */
function matrixOf(heap: Heap, batch: Tensor, index: number): Tensor {
  const shape = batch.shape.slice(-2);
  const size = elementsOf(shape);
  const matrix = heap.make({ dtype: "f32", shape });
  heap.view(matrix).set(heap.view(batch).subarray(index * size, (index + 1) * size));
  return matrix;
}

function transposed(heap: Heap, matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape as [number, number];
  const result = heap.make({ dtype: "f32", shape: [columns, rows] });
  transposeInto(heap.view(matrix), heap.view(result), rows, columns);
  return result;
}

const block = 16;

/** Writes the transpose of `source` [rows, columns], block by block so that both sides stay in the cache. */
export function transposeInto(
  source: ArrayLike<number>,
  target: { [index: number]: number },
  rows: number,
  columns: number,
): void {
  for (let row0 = 0; row0 < rows; row0 += block) {
    const row1 = Math.min(row0 + block, rows);
    for (let column = 0; column < columns; column++) {
      for (let row = row0; row < row1; row++) target[column * rows + row] = source[row * columns + column]!;
    }
  }
}

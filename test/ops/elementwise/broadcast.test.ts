import fc from "fast-check";
import { expect, test } from "vitest";
import { sizeOf, stridesOf } from "../../../src/ir/tensor-type.ts";
import { broadcastShapes } from "../../../src/ops/elementwise/broadcast.ts";
import { opNamed } from "../../../src/ops/index.ts";
import { runOp, tensorOf } from "../../../src/ops/interpret.ts";

/** Two shapes that broadcast: parts of one shape, with some axes of size 1 and some leading ones left out. */
const shapes = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
    fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 4 }),
    fc.nat(4),
  )
  .map(([full, flat, missing]) => {
    const left = full.map((size, axis) => (flat[axis]![0] ? 1 : size));
    const right = full.map((size, axis) => (flat[axis]![1] ? 1 : size)).slice(Math.min(missing, full.length));
    return [left, right] as const;
  });

/** The element of a tensor that stands at `index` of a broadcast shape, by the rule as it is written. */
function elementAt(shape: readonly number[], data: ArrayLike<number>, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  const strides = stridesOf(shape);
  return data[own.reduce((sum, at, axis) => sum + (shape[axis] === 1 ? 0 : at) * strides[axis]!, 0)]!;
}

test("broadcasting in runs gives what the rule gives element by element", () => {
  fc.assert(
    fc.property(shapes, ([left, right]) => {
      const result = broadcastShapes(left, right)!;
      expect(result).toEqual(broadcastShapes(right, left));
      const [x, y] = [left, right].map((shape, k) =>
        tensorOf(
          { dtype: "f32", shape },
          Array.from({ length: sizeOf(shape) }, (_, i) => i + 100 * k),
        ),
      );
      const [difference] = runOp(opNamed("sub"), [x!, y!], {});
      expect(difference!.type.shape).toEqual(result);
      const strides = stridesOf(result);
      const expected = Array.from({ length: sizeOf(result) }, (_, flat) => {
        const index = result.map((size, axis) => Math.floor(flat / strides[axis]!) % size);
        return elementAt(left, x!.data, index) - elementAt(right, y!.data, index);
      });
      expect([...difference!.data]).toEqual(expected);
    }),
  );
});

test("shapes that disagree in an axis do not broadcast", () => {
  expect(broadcastShapes([2, 3], [2])).toBeUndefined();
  expect(broadcastShapes([2, 3], [3, 3])).toBeUndefined();
  expect(broadcastShapes([2, 1], [3], [4, 1, 1])).toEqual([4, 2, 3]);
  expect(broadcastShapes([], [])).toEqual([]);
});

test("a transpose undone is the tensor", () => {
  const permuted = fc.integer({ min: 1, max: 4 }).chain((rank) =>
    fc.record({
      shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: rank, maxLength: rank }),
      permutation: fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank }),
    }),
  );
  fc.assert(
    fc.property(permuted, ({ shape, permutation }) => {
      const x = tensorOf(
        { dtype: "i32", shape },
        Array.from({ length: sizeOf(shape) }, (_, i) => i),
      );
      const [turned] = runOp(opNamed("transpose"), [x], { permutation });
      const back = permutation.map((_, axis) => permutation.indexOf(axis));
      const [again] = runOp(opNamed("transpose"), [turned!], { permutation: back });
      expect(again).toEqual(x);
      const strides = stridesOf(shape);
      const own = permutation.map((axis) => strides[axis]!);
      const wide = stridesOf(turned!.type.shape);
      const expected = Array.from(x.data, (_, flat) =>
        own.reduce(
          (sum, stride, axis) => sum + (Math.floor(flat / wide[axis]!) % turned!.type.shape[axis]!) * stride,
          0,
        ),
      );
      expect([...turned!.data]).toEqual(expected);
    }),
  );
});

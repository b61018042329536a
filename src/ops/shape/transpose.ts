/** The same elements with the axes in another order. */
import { sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";
import { copyStrided } from "../walk.ts";

export const transpose: Op<["x"], { readonly permutation: readonly number[] }> = {
  name: "transpose",
  summary: "Axis i of y is axis permutation[i] of x.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { permutation: "The axes of x in the order of y." },
  constraints: { C1: "The permutation names each axis of x once." },
  infer: ([x], { permutation }) => {
    const sorted = [...permutation].sort((left, right) => left - right);
    constrain(
      permutation.length === x!.shape.length && sorted.every((axis, i) => axis === i),
      "C1",
      `[${permutation.join(", ")}] for rank ${x!.shape.length}`,
    );
    return [{ dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) }];
  },
  reference: ([x], { permutation }, [y]) => {
    const strides = stridesOf(x!.type.shape);
    const own = permutation.map((axis) => strides[axis]!);
    copyStrided(y!.type.shape, x!.data, own, 0, y!.data, stridesOf(y!.type.shape), 0);
  },
  vjp: (builder, { attributes: { permutation } }, [dy]) => [
    dy && builder.transpose(dy, { permutation: permutation.map((_, axis) => permutation.indexOf(axis)) }),
  ],
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: {
    kernel: "Transpose",
    inputs: ["x"],
    attributes: ({ permutation }) => ({ perm: permutation }),
  },
  tensorflow: (writer, [x], { inputs, attributes: { permutation } }) =>
    writer.node("Transpose", [x!, writer.constant("i32", [permutation.length], permutation)], {
      T: { type: inputs[0]!.type.dtype },
      Tperm: { type: "i32" },
    }),
  samples: [
    {
      name: "three axes turned",
      inputs: [{ dtype: "f32", shape: [2, 3, 2], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }],
      attributes: { permutation: [2, 0, 1] },
    },
    {
      name: "table of i32",
      inputs: [{ dtype: "i32", shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }],
      attributes: { permutation: [1, 0] },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 3] }], attributes: { permutation: [0, 0] } },
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 3] }], attributes: { permutation: [0] } },
  ],
};

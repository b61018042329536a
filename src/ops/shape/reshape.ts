/** The same elements in another shape. */
import { sizeOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";

export const reshape: Op<["x"], { readonly shape: readonly number[] }> = {
  name: "reshape",
  summary: "The same elements in row-major order, in another shape.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { shape: "The new shape, every size written." },
  constraints: { C1: "The new shape has as many elements as x." },
  infer: ([x], { shape }) => {
    constrain(sizeOf(shape) === sizeOf(x!.shape), "C1", `[${x!.shape.join(", ")}] to [${shape.join(", ")}]`);
    return [{ dtype: x!.dtype, shape }];
  },
  reference: ([x], _, [y]) => {
    y!.data.set(x!.data);
  },
  vjp: (builder, { inputs: [x] }, [dy]) => [dy && builder.reshape(dy, { shape: x!.type.shape })],
  cost: () => 0,
  tfjs: { kernel: "Reshape", inputs: ["x"], attributes: ({ shape }) => ({ shape }) },
  tensorflow: (writer, [x], { inputs, attributes: { shape } }) =>
    writer.node("Reshape", [x!, writer.constant("i32", [shape.length], shape)], {
      T: { type: inputs[0]!.type.dtype },
      Tshape: { type: "i32" },
    }),
  samples: [
    {
      name: "table to column",
      inputs: [{ dtype: "f32", shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }],
      attributes: { shape: [6, 1] },
    },
    { name: "to scalar", inputs: [{ dtype: "i32", shape: [1, 1], data: [5] }], attributes: { shape: [] } },
  ],
  broken: [{ label: "C1", inputs: [{ dtype: "f32", shape: [2, 3] }], attributes: { shape: [5] } }],
};

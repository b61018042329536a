/** Repetition along axes of size 1 and along new leading axes. */
import { sameShape, sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";
import { broadcastShapes, stretchedStrides, sumToShape } from "../elementwise/broadcast.ts";
import { copyStrided } from "../walk.ts";

export const broadcastTo: Op<["x"], { readonly shape: readonly number[] }> = {
  name: "broadcastTo",
  summary: "x repeated to a larger shape by numpy's rules.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { shape: "The new shape." },
  constraints: { C1: "The shape of x stretches to the new shape." },
  infer: ([x], { shape }) => {
    const common = broadcastShapes(x!.shape, shape);
    constrain(common && sameShape(common, shape), "C1", `[${x!.shape.join(", ")}] to [${shape.join(", ")}]`);
    return [{ dtype: x!.dtype, shape }];
  },
  reference: ([x], { shape }, [y]) =>
    copyStrided(shape, x!.data, stretchedStrides(x!.type.shape, shape), 0, y!.data, stridesOf(shape), 0),
  vjp: (builder, { inputs: [x] }, [dy]) => [dy && sumToShape(builder, dy, x!.type.shape)],
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x], { inputs, attributes: { shape } }) =>
    writer.node("BroadcastTo", [x!, writer.constant("i32", [shape.length], shape)], {
      T: { type: inputs[0]!.type.dtype },
      Tidx: { type: "i32" },
    }),
  samples: [
    {
      name: "a column over rows",
      inputs: [{ dtype: "f32", shape: [2, 1], data: [1.5, -2] }],
      attributes: { shape: [3, 2, 2] },
    },
    {
      name: "a scalar of i32",
      inputs: [{ dtype: "i32", shape: [], data: [4] }],
      attributes: { shape: [2, 2] },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 3] }], attributes: { shape: [2, 2] } },
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 3] }], attributes: { shape: [3] } },
  ],
};

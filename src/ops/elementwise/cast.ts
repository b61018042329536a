/** Change of dtype. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { DType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";

export const cast: Op<["x"], { readonly dtype: DType }> = {
  name: "cast",
  summary:
    "x in another dtype: f32 to i32 drops the fraction, bool gives 0 and 1, and to bool all but 0 holds.",
  inputs: [
    {
      name: "x",
      gradient: "stop",
      reason:
        "One side is not f32, so x or y is constant between jumps: the derivative is zero wherever it exists.",
    },
  ],
  attributes: { dtype: "The new dtype." },
  constraints: { C1: "The new dtype is f32, i32 or bool, and not the dtype of x." },
  infer: ([x], { dtype }) => {
    constrain(["f32", "i32", "bool"].includes(dtype) && dtype !== x!.dtype, "C1", `${x!.dtype} to ${dtype}`);
    return [{ dtype, shape: x!.shape }];
  },
  reference: ([x], { dtype }, [y]) => {
    const source = x!.data;
    const target = y!.data;
    if (dtype === "bool") for (let i = 0; i < target.length; i++) target[i] = source[i] ? 1 : 0;
    else if (dtype === "i32") for (let i = 0; i < target.length; i++) target[i] = Math.trunc(source[i]!);
    else target.set(source);
  },
  vjp: "none",
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: "reference",
  tensorflow: (writer, inputs, { inputs: [x], attributes }) =>
    writer.node("Cast", inputs, {
      SrcT: { type: x!.type.dtype },
      DstT: { type: attributes.dtype },
      Truncate: { bool: false },
    }),
  samples: [
    {
      name: "drops the fraction",
      inputs: [{ dtype: "f32", shape: [4], data: [1.9, -1.9, 0.2, 3] }],
      attributes: { dtype: "i32" },
    },
    {
      name: "truths as numbers",
      inputs: [{ dtype: "bool", shape: [2], data: [0, 1] }],
      attributes: { dtype: "f32" },
    },
    {
      name: "numbers as truths",
      inputs: [{ dtype: "i32", shape: [3], data: [0, -2, 1] }],
      attributes: { dtype: "bool" },
    },
  ],
  broken: [{ label: "C1", inputs: [{ dtype: "f32", shape: [2] }], attributes: { dtype: "f32" } }],
};

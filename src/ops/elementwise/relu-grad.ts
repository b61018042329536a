/** The gradient of relu in one pass, where a comparison and a choice would take two. */
import { printType, sameType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });
const table = (data: readonly number[]) => ({ dtype: "f32" as const, shape: [2, 3], data });

export const reluGrad: Op<["gradient", "y"]> = {
  name: "reluGrad",
  summary: "The gradient of relu's x, from that of y and y: the gradient where y is above 0, else 0.",
  inputs: [
    { name: "gradient", gradient: "differentiable" },
    {
      name: "y",
      gradient: "stop",
      reason: "Constant but for a jump: the second derivative of relu is zero.",
    },
  ],
  attributes: {},
  constraints: { C1: "Both operands are f32.", C2: "Both have one shape." },
  infer: ([gradient, y]) => {
    const both = `${printType(gradient!)} and ${printType(y!)}`;
    constrain(gradient!.dtype === "f32" && y!.dtype === "f32", "C1", both);
    constrain(sameType(gradient!, y!), "C2", both);
    return [gradient!];
  },
  reference: ([gradient, y], _, [dx]) => {
    const [source, value, target] = [gradient!.data, y!.data, dx!.data];
    for (let i = 0; i < target.length; i++) target[i] = value[i]! > 0 ? source[i]! : 0;
  },
  vjp: (builder, { inputs: [, y] }, [ddx]) => [ddx && builder.reluGrad(ddx, y!)],
  cost: ([gradient]) => sizeOf(gradient!.shape),
  tfjs: "reference",
  tensorflow: (writer, operands) => writer.node("ReluGrad", operands, { T: { type: "f32" } }),
  samples: [
    {
      name: "above, at and below 0",
      inputs: [table([1, -2, 3, -4, 5, -6]), table([0.5, 0, 2, 0, 1.5, 3])],
      attributes: {},
    },
    {
      name: "scalars",
      inputs: [
        { dtype: "f32", shape: [], data: [2.5] },
        { dtype: "f32", shape: [], data: [1] },
      ],
      attributes: {},
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "i32", shape: [2] }, f32([2])], attributes: {} },
    { label: "C2", inputs: [f32([2]), f32([3])], attributes: {} },
  ],
};

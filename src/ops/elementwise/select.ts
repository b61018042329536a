/** A choice between two tensors, element by element. */
import { sizeOf } from "../../ir/tensor-type.ts";
import { type BroadcastOp, constrain } from "../define.ts";
import { broadcastShapes, sumToShape, walkBroadcast } from "./broadcast.ts";

export const select: BroadcastOp<["condition", "x", "y"]> = {
  name: "select",
  summary: "x where the condition holds, y elsewhere; all three broadcast.",
  inputs: [
    {
      name: "condition",
      gradient: "stop",
      reason: "A truth value is constant between its jumps: the derivative is zero wherever it exists.",
    },
    { name: "x", gradient: "differentiable" },
    { name: "y", gradient: "differentiable" },
  ],
  attributes: {},
  broadcasts: true,
  constraints: {
    C1: "The condition is bool.",
    C2: "x and y have one dtype.",
    C3: "The shapes broadcast by numpy's rules.",
  },
  infer: (inputs) => {
    const [condition, x, y] = [inputs[0]!, inputs[1]!, inputs[2]!];
    constrain(condition.dtype === "bool", "C1", `the condition is ${condition.dtype}`);
    constrain(x.dtype === y.dtype, "C2", `x is ${x.dtype}, y is ${y.dtype}`);
    const shapes = inputs.map((input) => input.shape);
    const shape = broadcastShapes(...shapes);
    constrain(shape, "C3", shapes.map((sizes) => `[${sizes.join(", ")}]`).join(" and "));
    return [{ dtype: x.dtype, shape }];
  },
  reference: (inputs, _, [z]) => {
    const [condition, x, y] = [inputs[0]!.data, inputs[1]!.data, inputs[2]!.data];
    const target = z!.data;
    walkBroadcast(inputs, z!.type.shape, (at, length, offsets, steps) => {
      const [c, i, j] = [offsets[0]!, offsets[1]!, offsets[2]!];
      const [stepC, stepI, stepJ] = [steps[0]!, steps[1]!, steps[2]!];
      for (let k = 0; k < length; k++) {
        target[at + k] = condition[c + k * stepC] ? x[i + k * stepI]! : y[j + k * stepJ]!;
      }
    });
  },
  vjp: (builder, { inputs }, [dz]) => {
    if (!dz) return [];
    const [condition, x, y] = [inputs[0]!, inputs[1]!, inputs[2]!];
    return [
      undefined,
      sumToShape(builder, builder.select(condition, dz, 0), x.type.shape),
      sumToShape(builder, builder.select(condition, 0, dz), y.type.shape),
    ];
  },
  cost: (_, [z]) => sizeOf(z!.shape),
  tfjs: "reference",
  tensorflow: (writer, inputs, node) =>
    writer.node("SelectV2", inputs, { T: { type: node.outputs[0]!.type.dtype } }),
  samples: [
    {
      name: "equal shapes",
      inputs: [
        { dtype: "bool", shape: [2, 2], data: [1, 0, 0, 1] },
        { dtype: "f32", shape: [2, 2], data: [1, 2, 3, 4] },
        { dtype: "f32", shape: [2, 2], data: [-1, -2, -3, -4] },
      ],
      attributes: {},
    },
    {
      name: "all stretched",
      inputs: [
        { dtype: "bool", shape: [2, 1, 1], data: [1, 0] },
        { dtype: "f32", shape: [3, 1], data: [1, 2, 3] },
        { dtype: "f32", shape: [], data: [0.5] },
      ],
      attributes: {},
    },
    {
      name: "whole numbers",
      inputs: [
        { dtype: "bool", shape: [3], data: [1, 0, 1] },
        { dtype: "i32", shape: [3], data: [5, 6, 7] },
        { dtype: "i32", shape: [1], data: [-1] },
      ],
      attributes: {},
    },
  ],
  broken: [
    {
      label: "C1",
      inputs: [
        { dtype: "f32", shape: [2] },
        { dtype: "f32", shape: [2] },
        { dtype: "f32", shape: [2] },
      ],
      attributes: {},
    },
    {
      label: "C2",
      inputs: [
        { dtype: "bool", shape: [2] },
        { dtype: "f32", shape: [2] },
        { dtype: "i32", shape: [2] },
      ],
      attributes: {},
    },
    {
      label: "C3",
      inputs: [
        { dtype: "bool", shape: [2] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [] },
      ],
      attributes: {},
    },
  ],
};

/** applyMomentum: one step of stochastic gradient descent with momentum. */
import { printType, sameType, sizeOf } from "../ir/tensor-type.ts";
import type { TensorType } from "../ir/types.ts";
import { constrain, type Op } from "./define.ts";

/** As PyTorch's SGD without dampening: the rate multiplies the slot, not the gradient (Sutskever et al. 2013 differ). */
export const applyMomentum: Op<
  readonly ["parameter", "slot", "gradient", "rate"],
  { readonly momentum: number },
  readonly [TensorType, TensorType]
> = {
  name: "applyMomentum",
  summary:
    "One step of gradient descent: `slot' = momentum slot + gradient`, `parameter' = parameter - rate slot'`.",
  inputs: [
    { name: "parameter", gradient: "none", reason: "no loss lies behind an update" },
    { name: "slot", gradient: "none", reason: "no loss lies behind an update" },
    { name: "gradient", gradient: "none", reason: "no loss lies behind an update" },
    { name: "rate", gradient: "none", reason: "no loss lies behind an update" },
  ],
  attributes: { momentum: "the part of the slot that is kept, from 0 to below 1" },
  constraints: {
    C1: "parameter, slot and gradient are f32 of one shape",
    C2: "rate is an f32 scalar",
    C3: "momentum lies between 0 and 1, 1 excluded",
  },
  infer([parameter, slot, gradient, rate], { momentum }) {
    constrain(
      parameter!.dtype === "f32" && sameType(parameter!, slot!) && sameType(parameter!, gradient!),
      "C1",
      `parameter ${printType(parameter!)}, slot ${printType(slot!)}, gradient ${printType(gradient!)}`,
    );
    constrain(rate!.dtype === "f32" && rate!.shape.length === 0, "C2", `rate is ${printType(rate!)}`);
    constrain(momentum >= 0 && momentum < 1, "C3", `momentum is ${momentum}`);
    return [parameter!, parameter!];
  },
  reference([parameter, slot, gradient, rate], { momentum }, [newParameter, newSlot]) {
    const step = rate!.data[0]!;
    for (let i = 0; i < parameter!.data.length; i++) {
      const velocity = momentum * slot!.data[i]! + gradient!.data[i]!;
      newSlot!.data[i] = velocity;
      newParameter!.data[i] = parameter!.data[i]! - step * velocity;
    }
  },
  vjp: "none",
  cost: ([parameter]) => 2 * sizeOf(parameter!.shape),
  tfjs: "reference",
  tensorflow(writer, [parameter, slot, gradient, rate], { attributes }) {
    const float = { T: { type: "f32" } } as const;
    const momentum = writer.constant("f32", [], [attributes.momentum]);
    const [kept] = writer.node("Mul", [slot!, momentum], float);
    const [velocity] = writer.node("AddV2", [kept!, gradient!], float);
    const [change] = writer.node("Mul", [velocity!, rate!], float);
    const [moved] = writer.node("Sub", [parameter!, change!], float);
    return [moved!, velocity!];
  },
  samples: [
    {
      name: "a vector",
      inputs: [
        { dtype: "f32", shape: [3], data: [1, -2, 0.5] },
        { dtype: "f32", shape: [3], data: [0.1, 0, -0.3] },
        { dtype: "f32", shape: [3], data: [1, 2, -0.5] },
        { dtype: "f32", shape: [], data: [0.1] },
      ],
      attributes: { momentum: 0.9 },
    },
    {
      name: "without momentum",
      inputs: [
        { dtype: "f32", shape: [2, 1], data: [1, -2] },
        { dtype: "f32", shape: [2, 1], data: [5, 7] },
        { dtype: "f32", shape: [2, 1], data: [1, 2] },
        { dtype: "f32", shape: [], data: [0.5] },
      ],
      attributes: { momentum: 0 },
    },
  ],
  broken: [
    {
      label: "C1",
      inputs: [
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [2] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [] },
      ],
      attributes: { momentum: 0.9 },
    },
    {
      label: "C2",
      inputs: [
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [1] },
      ],
      attributes: { momentum: 0.9 },
    },
    {
      label: "C3",
      inputs: [
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [3] },
        { dtype: "f32", shape: [] },
      ],
      attributes: { momentum: 1 },
    },
  ],
};

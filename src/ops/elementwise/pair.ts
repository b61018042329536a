/** What ops of two broadcast operands have in common: the shape rule, the loop, the samples. */
import type { DType, TensorType } from "../../ir/types.ts";
import { type BrokenSample, constrain, type NoAttributes, type Sample, type TensorData } from "../define.ts";
import { broadcastShapes, walkBroadcast } from "./broadcast.ts";

/** C1: one dtype, out of `dtypes`. C2: the shapes broadcast. Gives the broadcast type. */
export function inferBinary(inputs: readonly TensorType[], dtypes: readonly DType[]): TensorType {
  const [x, y] = [inputs[0]!, inputs[1]!];
  constrain(x.dtype === y.dtype && dtypes.includes(x.dtype), "C1", `x is ${x.dtype}, y is ${y.dtype}`);
  const shape = broadcastShapes(x.shape, y.shape);
  constrain(shape, "C2", `[${x.shape.join(", ")}] and [${y.shape.join(", ")}]`);
  return { dtype: x.dtype, shape };
}

export function runBinary(
  run: (x: number, y: number) => number | boolean,
  operands: readonly [TensorData, TensorData],
  output: TensorData,
): void {
  const [left, right] = [operands[0].data, operands[1].data];
  const target = output.data;
  walkBroadcast(operands, output.type.shape, (at, length, offsets, steps) => {
    let [i, j] = [offsets[0]!, offsets[1]!];
    const [stepI, stepJ] = [steps[0]!, steps[1]!];
    for (let k = at; k < at + length; k++) {
      target[k] = run(left[i]!, right[j]!) as number;
      i += stepI;
      j += stepJ;
    }
  });
}

/** Away from ties and from 0. */
export function binarySamples(withIntegers: boolean): Sample<NoAttributes>[] {
  const f32 = (shape: readonly number[], data: readonly number[]) => ({ dtype: "f32" as const, shape, data });
  const i32 = (shape: readonly number[], data: readonly number[]) => ({ dtype: "i32" as const, shape, data });
  const table = f32([2, 3], [1.5, -2, 0.5, 3, -0.25, 2.5]);
  return [
    { name: "equal shapes", inputs: [table, f32([2, 3], [2, 1.25, -3, 0.75, 0.5, -1])], attributes: {} },
    { name: "a scalar", inputs: [f32([], [0.8]), table], attributes: {} },
    { name: "a row", inputs: [table, f32([3], [2, -1.5, 0.7])], attributes: {} },
    {
      name: "both stretched",
      inputs: [f32([2, 1, 2], [1, -2, 3, 0.5]), f32([3, 1], [2, -0.75, 1.75])],
      attributes: {},
    },
    ...(withIntegers
      ? [{ name: "whole numbers", inputs: [i32([4], [3, -7, 2, 9]), i32([1], [2])], attributes: {} }]
      : []),
  ];
}

export const brokenBinary = (notAllowed: DType, allowed: DType = "f32"): BrokenSample[] => [
  {
    label: "C1",
    inputs: [
      { dtype: notAllowed, shape: [2] },
      { dtype: notAllowed, shape: [2] },
    ],
    attributes: {},
  },
  {
    label: "C1",
    inputs: [
      { dtype: allowed, shape: [2] },
      { dtype: notAllowed, shape: [2] },
    ],
    attributes: {},
  },
  {
    label: "C2",
    inputs: [
      { dtype: allowed, shape: [2] },
      { dtype: allowed, shape: [3] },
    ],
    attributes: {},
  },
];

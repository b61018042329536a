/** topK: the largest entries of the last axis and where they stand. */
import { printType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";

export const topK: Op<readonly ["x"], { readonly k: number }, readonly [TensorType, TensorType]> = {
  name: "topK",
  summary:
    "The `k` largest entries of the last axis in descending order, and their indices; of equal entries the one with the lower index comes first.",
  inputs: [
    {
      name: "x",
      gradient: "none",
      reason: "the order jumps; gather the entries by the indices where a gradient is needed",
    },
  ],
  attributes: { k: "how many entries to keep" },
  constraints: {
    C1: "x is f32 and has at least one axis",
    C2: "k is an integer from 1 to the size of the last axis",
  },
  infer([x], { k }) {
    constrain(x!.dtype === "f32" && x!.shape.length > 0, "C1", `x is ${printType(x!)}`);
    const size = x!.shape.at(-1)!;
    constrain(Number.isInteger(k) && k >= 1 && k <= size, "C2", `k is ${k} for ${size} entries`);
    const shape = [...x!.shape.slice(0, -1), k];
    return [
      { dtype: "f32", shape },
      { dtype: "i32", shape },
    ];
  },
  reference([x], { k }, [values, indices]) {
    const size = x!.type.shape.at(-1)!;
    const order = new Int32Array(size);
    for (let row = 0; row * size < x!.data.length; row++) {
      const entries = x!.data.subarray(row * size, (row + 1) * size);
      for (let i = 0; i < size; i++) order[i] = i;
      // The difference of two equal infinities is NaN, which `||` takes as a tie too.
      order.sort((i, j) => entries[j]! - entries[i]! || i - j);
      for (let i = 0; i < k; i++) {
        values!.data[row * k + i] = entries[order[i]!]!;
        indices!.data[row * k + i] = order[i]!;
      }
    }
  },
  vjp: "none",
  cost: ([x], [values]) => sizeOf(x!.shape) * Math.ceil(Math.log2(values!.shape.at(-1)! + 1)),
  tfjs: "reference",
  tensorflow: (writer, [x], { attributes }) =>
    writer.node(
      "TopKV2",
      [x!, writer.constant("i32", [], [attributes.k])],
      { T: { type: "f32" }, sorted: { bool: true }, Tk: { type: "i32" }, index_type: { type: "i32" } },
      2,
    ),
  samples: [
    {
      name: "two rows, with equal entries",
      inputs: [{ dtype: "f32", shape: [2, 5], data: [0.5, 2, -1, 2, 3, -4, -4, 0, -7, -4] }],
      attributes: { k: 3 },
    },
    { name: "everything", inputs: [{ dtype: "f32", shape: [4], data: [1, 4, 2, 3] }], attributes: { k: 4 } },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "i32", shape: [3] }], attributes: { k: 1 } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [3] }], attributes: { k: 4 } },
  ],
};

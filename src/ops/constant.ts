/** A tensor known when the graph is made. */
import { sizeOf } from "../ir/tensor-type.ts";
import type { DType } from "../ir/types.ts";
import { constrain, type Op } from "./define.ts";

export type ConstantAttributes = {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
};

export const constant: Op<[], ConstantAttributes> = {
  name: "constant",
  summary: "A tensor known when the graph is made; `builder.constant(data, dtype, shape)` makes it.",
  inputs: [],
  attributes: {
    data: "The elements in row-major order; the kind of array gives the dtype: f32, i32, or bool for bytes.",
    shape: "The shape.",
  },
  constraints: { C1: "`data` has as many elements as `shape` says." },
  infer: (_, { data, shape }) => {
    constrain(data.length === sizeOf(shape), "C1", `${data.length} elements for [${shape.join(", ")}]`);
    return [{ dtype: dtypeOf(data), shape }];
  },
  reference: (_, { data }, [y]) => {
    y!.data.set(data);
  },
  vjp: "none",
  cost: () => 0,
  tfjs: "reference",
  tensorflow: (writer, _, { attributes: { data, shape } }) => [writer.constant(dtypeOf(data), shape, data)],
  samples: [
    { name: "vector", inputs: [], attributes: { data: Float32Array.of(1, 2.5, -3), shape: [3] } },
    { name: "scalar of i32", inputs: [], attributes: { data: Int32Array.of(7), shape: [] } },
    { name: "table of bool", inputs: [], attributes: { data: Uint8Array.of(1, 0), shape: [2, 1] } },
  ],
  broken: [{ label: "C1", inputs: [], attributes: { data: Float32Array.of(1), shape: [2] } }],
};

function dtypeOf(data: ConstantAttributes["data"]): DType {
  if (data instanceof Float32Array) return "f32";
  return data instanceof Int32Array ? "i32" : "bool";
}

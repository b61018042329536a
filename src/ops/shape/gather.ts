/** Rows picked by index, and rows summed by index, each the gradient of the other. */
import { sameShape, sizeOf } from "../../ir/tensor-type.ts";
import { invariant } from "../../support/invariant.ts";
import { constrain, type Op } from "../define.ts";

const indexReason =
  "A whole number is constant between its jumps: the derivative is zero wherever it exists.";

export const gather: Op<["x", "indices"]> = {
  name: "gather",
  summary: "Rows of x by their index along axis 0: y[...i] = x[indices[...i]]. Every index is a row of x.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "indices", gradient: "stop", reason: indexReason },
  ],
  attributes: {},
  constraints: { C1: "x has rank 1 or more.", C2: "The indices are i32." },
  infer: ([x, indices]) => {
    constrain(x!.shape.length > 0, "C1", "x is a scalar");
    constrain(indices!.dtype === "i32", "C2", `the indices are ${indices!.dtype}`);
    return [{ dtype: x!.dtype, shape: [...indices!.shape, ...x!.shape.slice(1)] }];
  },
  reference: ([x, indices], _, [y]) => {
    const rows = x!.type.shape[0]!;
    const width = sizeOf(x!.type.shape.slice(1));
    const [source, target, picks] = [x!.data, y!.data, indices!.data];
    for (let i = 0; i < picks.length; i++) {
      const pick = picks[i]!;
      invariant(pick >= 0 && pick < rows, `gather takes row ${pick} of ${rows}.`);
      for (let k = 0; k < width; k++) target[i * width + k] = source[pick * width + k]!;
    }
  },
  vjp: (builder, { inputs: [x, indices] }, [dy]) => [
    dy && builder.scatterAdd(dy, indices!, { rows: x!.type.shape[0]! }),
  ],
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: { kernel: "GatherV2", inputs: ["x", "indices"], attributes: () => ({ axis: 0, batchDims: 0 }) },
  tensorflow: (writer, [x, indices], { inputs }) =>
    writer.node("GatherV2", [x!, indices!, writer.constant("i32", [], [0])], {
      Tparams: { type: inputs[0]!.type.dtype },
      Tindices: { type: "i32" },
      Taxis: { type: "i32" },
      batch_dims: { int: 0 },
    }),
  samples: [
    {
      name: "rows, one twice",
      inputs: [
        { dtype: "f32", shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
        { dtype: "i32", shape: [2, 2], data: [2, 0, 2, 1] },
      ],
      attributes: {},
    },
    {
      name: "one element of a list",
      inputs: [
        { dtype: "i32", shape: [3], data: [7, 8, 9] },
        { dtype: "i32", shape: [], data: [1] },
      ],
      attributes: {},
    },
  ],
  broken: [
    {
      label: "C1",
      inputs: [
        { dtype: "f32", shape: [] },
        { dtype: "i32", shape: [2] },
      ],
      attributes: {},
    },
    {
      label: "C2",
      inputs: [
        { dtype: "f32", shape: [2] },
        { dtype: "f32", shape: [2] },
      ],
      attributes: {},
    },
  ],
};

export const scatterAdd: Op<["updates", "indices"], { readonly rows: number }> = {
  name: "scatterAdd",
  summary:
    "Row r of y is the sum of the updates whose index is r; updates with a negative index are dropped.",
  inputs: [
    { name: "updates", gradient: "differentiable" },
    { name: "indices", gradient: "stop", reason: indexReason },
  ],
  attributes: { rows: "Count of rows of y; every index is below it." },
  constraints: {
    C1: "The updates are f32 or i32.",
    C2: "The indices are i32, and their shape begins that of the updates.",
    C3: "`rows` is a whole number above 0.",
  },
  infer: ([updates, indices], { rows }) => {
    constrain(updates!.dtype !== "bool", "C1", "the updates are bool");
    const rank = indices!.shape.length;
    constrain(
      indices!.dtype === "i32" && sameShape(indices!.shape, updates!.shape.slice(0, rank)),
      "C2",
      `indices ${indices!.dtype}[${indices!.shape.join(", ")}], updates [${updates!.shape.join(", ")}]`,
    );
    constrain(Number.isInteger(rows) && rows > 0, "C3", `rows ${rows}`);
    return [{ dtype: updates!.dtype, shape: [rows, ...updates!.shape.slice(rank)] }];
  },
  reference: ([updates, indices], { rows }, [y]) => {
    const width = sizeOf(y!.type.shape.slice(1));
    const [source, target, picks] = [updates!.data, y!.data, indices!.data];
    for (let i = 0; i < picks.length; i++) {
      const pick = picks[i]!;
      invariant(pick < rows, `scatterAdd adds to row ${pick} of ${rows}.`);
      if (pick < 0) continue;
      for (let k = 0; k < width; k++) target[pick * width + k]! += source[i * width + k]!;
    }
  },
  vjp: (builder, { inputs }, [dy]) => {
    if (!dy) return [];
    const [updates, indices] = [inputs[0]!, inputs[1]!];
    const rows = builder.gather(dy, builder.maximum(indices, 0));
    const width = updates.type.shape.length - indices.type.shape.length;
    const kept = builder.reshape(builder.greaterEqual(indices, 0), {
      shape: [...indices.type.shape, ...new Array<number>(width).fill(1)],
    });
    return [builder.select(kept, rows, 0)];
  },
  cost: ([updates]) => sizeOf(updates!.shape),
  tfjs: "reference",
  tensorflow: (writer, [updates, indices], { inputs, attributes: { rows } }) =>
    writer.node("UnsortedSegmentSum", [updates!, indices!, writer.constant("i32", [], [rows])], {
      T: { type: inputs[0]!.type.dtype },
      Tindices: { type: "i32" },
      Tnumsegments: { type: "i32" },
    }),
  samples: [
    {
      name: "two to one row, one dropped",
      inputs: [
        { dtype: "f32", shape: [4, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] },
        { dtype: "i32", shape: [4], data: [1, -1, 1, 0] },
      ],
      attributes: { rows: 3 },
    },
    {
      name: "a table of indices",
      inputs: [
        { dtype: "f32", shape: [2, 2], data: [1, 2, 3, 4] },
        { dtype: "i32", shape: [2, 2], data: [0, 1, 1, 1] },
      ],
      attributes: { rows: 2 },
    },
  ],
  broken: [
    {
      label: "C1",
      inputs: [
        { dtype: "bool", shape: [2] },
        { dtype: "i32", shape: [2] },
      ],
      attributes: { rows: 2 },
    },
    {
      label: "C2",
      inputs: [
        { dtype: "f32", shape: [2] },
        { dtype: "i32", shape: [3] },
      ],
      attributes: { rows: 2 },
    },
    {
      label: "C3",
      inputs: [
        { dtype: "f32", shape: [2] },
        { dtype: "i32", shape: [2] },
      ],
      attributes: { rows: 0 },
    },
  ],
};

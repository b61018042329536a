/** Comparisons and logic, elementwise with broadcasting, and negation: their outputs are bool. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { DType } from "../../ir/types.ts";
import { type BroadcastOp, constrain, type NoAttributes, type Op, type Sample } from "../define.ts";
import { binarySamples, brokenBinary, inferBinary, runBinary } from "./pair.ts";

interface Row {
  readonly summary: string;
  readonly run: (x: number, y: number) => boolean | number;
  readonly tensorflow: string;
}

const flat = "A truth value is constant between its jumps: the derivative is zero wherever it exists.";

const row = (
  name: string,
  row: Row,
  dtypes: readonly DType[],
  samples: readonly Sample<NoAttributes>[],
): BroadcastOp<["x", "y"]> => ({
  name,
  summary: row.summary,
  inputs: [
    { name: "x", gradient: "stop", reason: flat },
    { name: "y", gradient: "stop", reason: flat },
  ],
  attributes: {},
  broadcasts: true,
  constraints: {
    C1: `x and y have one dtype, ${dtypes.join(" or ")}.`,
    C2: "The shapes broadcast by numpy's rules.",
  },
  infer: (inputs) => [{ dtype: "bool", shape: inferBinary(inputs, dtypes).shape }],
  reference: ([x, y], _, [z]) => runBinary(row.run, [x!, y!], z!),
  vjp: "none",
  cost: (_, [z]) => sizeOf(z!.shape),
  // The stock kernels of wasm take 100 ns an element where a shape is stretched.
  tfjs: "reference",
  tensorflow: (writer, inputs, node) => {
    if (dtypes.includes("bool")) return writer.node(row.tensorflow, inputs);
    const T = { type: node.inputs[0]!.type.dtype };
    return writer.node(row.tensorflow, inputs, {
      T,
      ...(row.tensorflow === "Equal" && { incompatible_shape_error: { bool: true } }),
    });
  },
  samples,
  broken: dtypes.includes("bool") ? brokenBinary("f32", "bool") : brokenBinary("bool"),
});

const withTies: Sample<NoAttributes> = {
  name: "ties",
  inputs: [
    { dtype: "f32", shape: [4], data: [1, 2, -3, 0] },
    { dtype: "f32", shape: [4], data: [1, 1, -2, 0] },
  ],
  attributes: {},
};
const order = (name: string, rest: Row) =>
  row(name, rest, ["f32", "i32"], [...binarySamples(true), withTies]);

const truths: Sample<NoAttributes>[] = [
  {
    name: "truth table",
    inputs: [
      { dtype: "bool", shape: [4], data: [0, 0, 1, 1] },
      { dtype: "bool", shape: [4], data: [0, 1, 0, 1] },
    ],
    attributes: {},
  },
  {
    name: "stretched",
    inputs: [
      { dtype: "bool", shape: [2, 1], data: [0, 1] },
      { dtype: "bool", shape: [3], data: [1, 0, 1] },
    ],
    attributes: {},
  },
];
const logic = (name: string, rest: Row) => row(name, rest, ["bool"], truths);

type CompareName = "equal" | "less" | "lessEqual" | "greater" | "greaterEqual" | "logicalAnd" | "logicalOr";

export const compare: Readonly<Record<CompareName, BroadcastOp<["x", "y"]>>> = {
  equal: order("equal", { summary: "x = y.", run: (x, y) => x === y, tensorflow: "Equal" }),
  less: order("less", { summary: "x < y.", run: (x, y) => x < y, tensorflow: "Less" }),
  lessEqual: order("lessEqual", {
    summary: "x <= y.",
    run: (x, y) => x <= y,
    tensorflow: "LessEqual",
  }),
  greater: order("greater", {
    summary: "x > y.",
    run: (x, y) => x > y,
    tensorflow: "Greater",
  }),
  greaterEqual: order("greaterEqual", {
    summary: "x >= y.",
    run: (x, y) => x >= y,
    tensorflow: "GreaterEqual",
  }),
  logicalAnd: logic("logicalAnd", {
    summary: "Whether both hold.",
    run: (x, y) => x & y,
    tensorflow: "LogicalAnd",
  }),
  logicalOr: logic("logicalOr", {
    summary: "Whether either holds.",
    run: (x, y) => x | y,
    tensorflow: "LogicalOr",
  }),
};

export const logicalNot: Op<["x"]> = {
  name: "logicalNot",
  summary: "Whether x does not hold.",
  inputs: [{ name: "x", gradient: "stop", reason: flat }],
  attributes: {},
  constraints: { C1: "x is bool." },
  infer: ([x]) => {
    constrain(x!.dtype === "bool", "C1", `x is ${x!.dtype}`);
    return [x!];
  },
  reference: ([x], _, [y]) => {
    for (let i = 0; i < y!.data.length; i++) y!.data[i] = x!.data[i] ? 0 : 1;
  },
  vjp: "none",
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: { kernel: "LogicalNot", inputs: ["x"] },
  tensorflow: (writer, inputs) => writer.node("LogicalNot", inputs),
  samples: [
    { name: "both", inputs: [{ dtype: "bool", shape: [2], data: [0, 1] }], attributes: {} },
    { name: "scalar", inputs: [{ dtype: "bool", shape: [], data: [1] }], attributes: {} },
  ],
  broken: [{ label: "C1", inputs: [{ dtype: "f32", shape: [2] }], attributes: {} }],
};

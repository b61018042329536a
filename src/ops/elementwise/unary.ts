/** Elementwise ops of one operand: a row of the table an op. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import { constrain, type InputDef, type Op } from "../define.ts";

export type UnaryOp = Op<["x"]>;

interface Row {
  readonly summary: string;
  readonly run: (x: number) => number;
  /** Gradient of x from that of y; a sentence where it is zero by definition. */
  readonly gradient: string | ((builder: Builder, gradient: Value, x: Value, y: Value) => Value);
  readonly tensorflow: string;
  /** Name of a stock TensorFlow.js kernel, where one is right on every back end. */
  readonly tfjs?: string;
  readonly data: readonly number[];
}

const anySign = [-2.5, -0.75, 0.3, 1.2, 3.5, -1.1];
const positive = [0.25, 0.8, 1.5, 2, 3.5, 7];
const flat = "Constant between its jumps: the derivative is zero wherever it exists.";

const row = (name: string, row: Row): UnaryOp => {
  const { gradient } = row;
  const x: InputDef & { readonly name: "x" } =
    typeof gradient === "string"
      ? { name: "x", gradient: "stop", reason: gradient }
      : { name: "x", gradient: "differentiable" };
  return {
    name,
    summary: row.summary,
    inputs: [x],
    attributes: {},
    constraints: { C1: "x is f32." },
    infer: ([type]) => {
      constrain(type!.dtype === "f32", "C1", `x is ${type!.dtype}`);
      return [type!];
    },
    reference: ([x], _, [y]) => {
      const source = x!.data;
      const target = y!.data;
      const { run } = row;
      for (let i = 0; i < target.length; i++) target[i] = run(source[i]!);
    },
    vjp:
      typeof gradient === "string"
        ? "none"
        : (builder, node, [dy]) => [dy && gradient(builder, dy, node.inputs[0]!, node.outputs[0]!)],
    cost: ([type]) => sizeOf(type!.shape),
    tfjs: row.tfjs ? { kernel: row.tfjs, inputs: ["x"] } : "reference",
    tensorflow: (writer, inputs) => writer.node(row.tensorflow, inputs, { T: { type: "f32" } }),
    samples: [
      { name: "table", inputs: [{ dtype: "f32", shape: [2, 3], data: row.data }], attributes: {} },
      { name: "scalar", inputs: [{ dtype: "f32", shape: [], data: row.data.slice(2, 3) }], attributes: {} },
    ],
    broken: [{ label: "C1", inputs: [{ dtype: "i32", shape: [2] }], attributes: {} }],
  };
};

type UnaryName =
  | "neg"
  | "exp"
  | "log"
  | "sqrt"
  | "rsqrt"
  | "reciprocal"
  | "square"
  | "abs"
  | "sign"
  | "relu"
  | "relu6"
  | "sigmoid"
  | "softplus"
  | "atan"
  | "floor";

export const unary: Readonly<Record<UnaryName, UnaryOp>> = {
  neg: row("neg", {
    summary: "y = -x.",
    run: (x) => -x,
    gradient: (b, dy) => b.neg(dy),
    tensorflow: "Neg",
    tfjs: "Neg",
    data: anySign,
  }),
  exp: row("exp", {
    summary: "y = e^x.",
    run: Math.exp,
    gradient: (b, dy, _, y) => b.mul(dy, y),
    tensorflow: "Exp",
    tfjs: "Exp",
    data: anySign,
  }),
  log: row("log", {
    summary: "The natural logarithm.",
    run: Math.log,
    gradient: (b, dy, x) => b.div(dy, x),
    tensorflow: "Log",
    tfjs: "Log",
    data: positive,
  }),
  sqrt: row("sqrt", {
    summary: "The square root.",
    run: Math.sqrt,
    gradient: (b, dy, _, y) => b.div(b.mul(dy, 0.5), y),
    tensorflow: "Sqrt",
    tfjs: "Sqrt",
    data: positive,
  }),
  rsqrt: row("rsqrt", {
    summary: "y = 1 / sqrt(x).",
    run: (x) => 1 / Math.sqrt(x),
    gradient: (b, dy, _, y) => b.mul(b.mul(dy, -0.5), b.mul(y, b.square(y))),
    tensorflow: "Rsqrt",
    tfjs: "Rsqrt",
    data: positive,
  }),
  reciprocal: row("reciprocal", {
    summary: "y = 1 / x.",
    run: (x) => 1 / x,
    gradient: (b, dy, _, y) => b.neg(b.mul(dy, b.square(y))),
    tensorflow: "Reciprocal",
    data: anySign,
  }),
  square: row("square", {
    summary: "y = x * x.",
    run: (x) => x * x,
    gradient: (b, dy, x) => b.mul(b.mul(dy, 2), x),
    tensorflow: "Square",
    tfjs: "Square",
    data: anySign,
  }),
  abs: row("abs", {
    summary: "The absolute value; the gradient at 0 is 0.",
    run: Math.abs,
    gradient: (b, dy, x) => b.mul(dy, b.sign(x)),
    tensorflow: "Abs",
    tfjs: "Abs",
    data: anySign,
  }),
  sign: row("sign", {
    summary: "-1, 0 or 1.",
    run: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
    gradient: flat,
    tensorflow: "Sign",
    tfjs: "Sign",
    data: anySign,
  }),
  relu: row("relu", {
    summary: "max(x, 0); the gradient at 0 is 0 (Glorot et al. 2011).",
    run: (x) => Math.max(x, 0),
    gradient: (b, dy, _, y) => b.reluGrad(dy, y),
    tensorflow: "Relu",
    tfjs: "Relu",
    data: anySign,
  }),
  relu6: row("relu6", {
    summary: "min(max(x, 0), 6); the gradient at 0 and at 6 is 0.",
    run: (x) => Math.min(Math.max(x, 0), 6),
    gradient: (b, dy, _, y) => b.reluGrad(b.reluGrad(dy, y), b.sub(6, y)),
    tensorflow: "Relu6",
    tfjs: "Relu6",
    data: [-2.5, 7.5, 0.3, 1.2, 5.5, -1.1],
  }),
  sigmoid: row("sigmoid", {
    summary: "1 / (1 + e^-x).",
    run: (x) => 1 / (1 + Math.exp(-x)),
    gradient: (b, dy, _, y) => b.mul(dy, b.mul(y, b.sub(1, y))),
    tensorflow: "Sigmoid",
    tfjs: "Sigmoid",
    data: anySign,
  }),
  softplus: row("softplus", {
    summary: "log(1 + e^x), without overflow.",
    run: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    gradient: (b, dy, x) => b.mul(dy, b.sigmoid(x)),
    tensorflow: "Softplus",
    data: anySign,
  }),
  atan: row("atan", {
    summary: "The arc tangent, in radians.",
    run: Math.atan,
    gradient: (b, dy, x) => b.div(dy, b.add(b.square(x), 1)),
    tensorflow: "Atan",
    tfjs: "Atan",
    data: anySign,
  }),
  floor: row("floor", {
    summary: "The largest whole number not above x.",
    run: Math.floor,
    gradient: flat,
    tensorflow: "Floor",
    tfjs: "Floor",
    data: anySign,
  }),
};

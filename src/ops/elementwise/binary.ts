/** Elementwise arithmetic of two operands, broadcast by numpy's rules: a row of the table an op. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { DType, Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import type { BroadcastOp } from "../define.ts";
import { sumToShape } from "./broadcast.ts";
import { binarySamples, brokenBinary, inferBinary, runBinary } from "./pair.ts";

export type BinaryOp = BroadcastOp<["x", "y"]>;

interface Row {
  readonly summary: string;
  readonly dtypes: readonly DType[];
  readonly run: (x: number, y: number) => number;
  /** Gradients of x and y, still in the shape of the output. */
  readonly gradients: (builder: Builder, dz: Value, x: Value, y: Value, z: Value) => readonly [Value, Value];
  readonly tensorflow: string;
  /** Name of a stock TensorFlow.js kernel; those of maximum and minimum take 100 ns an element where a shape is stretched. */
  readonly tfjs?: string;
}

const row = (name: string, row: Row): BinaryOp => ({
  name,
  summary: row.summary,
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "y", gradient: "differentiable" },
  ],
  attributes: {},
  broadcasts: true,
  constraints: {
    C1: `x and y have one dtype, ${row.dtypes.join(" or ")}.`,
    C2: "The shapes broadcast by numpy's rules.",
  },
  infer: (inputs) => [inferBinary(inputs, row.dtypes)],
  reference: ([x, y], _, [z]) => runBinary(row.run, [x!, y!], z!),
  vjp: (builder, { inputs, outputs }, [dz]) => {
    if (!dz) return [];
    const [x, y] = [inputs[0]!, inputs[1]!];
    const [dx, dy] = row.gradients(builder, dz, x, y, outputs[0]!);
    return [sumToShape(builder, dx, x.type.shape), sumToShape(builder, dy, y.type.shape)];
  },
  cost: (_, [z]) => sizeOf(z!.shape),
  tfjs: row.tfjs ? { kernel: row.tfjs, inputs: ["a", "b"] } : "reference",
  tensorflow: (writer, inputs, node) =>
    writer.node(row.tensorflow, inputs, { T: { type: node.outputs[0]!.type.dtype } }),
  samples: binarySamples(row.dtypes.includes("i32")),
  broken: brokenBinary("bool"),
});

export const binary: Readonly<Record<"add" | "sub" | "mul" | "div" | "maximum" | "minimum", BinaryOp>> = {
  add: row("add", {
    summary: "x + y.",
    dtypes: ["f32", "i32"],
    run: (x, y) => x + y,
    gradients: (_, dz) => [dz, dz],
    tensorflow: "AddV2",
    tfjs: "Add",
  }),
  sub: row("sub", {
    summary: "x - y.",
    dtypes: ["f32", "i32"],
    run: (x, y) => x - y,
    gradients: (b, dz) => [dz, b.neg(dz)],
    tensorflow: "Sub",
    tfjs: "Sub",
  }),
  mul: row("mul", {
    summary: "x * y.",
    dtypes: ["f32", "i32"],
    run: (x, y) => x * y,
    gradients: (b, dz, x, y) => [b.mul(dz, y), b.mul(dz, x)],
    tensorflow: "Mul",
    tfjs: "Multiply",
  }),
  div: row("div", {
    summary: "x / y.",
    dtypes: ["f32"],
    run: (x, y) => x / y,
    gradients: (b, dz, _, y, z) => {
      const dx = b.div(dz, y);
      return [dx, b.neg(b.mul(dx, z))];
    },
    tensorflow: "RealDiv",
    tfjs: "RealDiv",
  }),
  maximum: row("maximum", {
    summary: "The larger of x and y; of equals, x has the gradient.",
    dtypes: ["f32", "i32"],
    run: Math.max,
    gradients: (b, dz, x, y) => routed(b, dz, b.greaterEqual(x, y)),
    tensorflow: "Maximum",
  }),
  minimum: row("minimum", {
    summary: "The smaller of x and y; of equals, x has the gradient.",
    dtypes: ["f32", "i32"],
    run: Math.min,
    gradients: (b, dz, x, y) => routed(b, dz, b.lessEqual(x, y)),
    tensorflow: "Minimum",
  }),
};

const routed = (b: Builder, dz: Value, toX: Value): readonly [Value, Value] => [
  b.select(toX, dz, 0),
  b.select(toX, 0, dz),
];

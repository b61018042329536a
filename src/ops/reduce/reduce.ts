/** Sums, means and maxima over axes. */
import { sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import type { TensorType, Value } from "../../ir/types.ts";
import type { Builder } from "../builder.ts";
import { constrain, type InputDef, type Op, type Sample, type TensorData } from "../define.ts";
import { walk } from "../walk.ts";

export type ReduceAttributes = { readonly axes: readonly number[]; readonly keepDims: boolean };
export type ReduceOp = Op<["x"], ReduceAttributes>;

interface Row {
  readonly summary: string;
  readonly integers: boolean;
  readonly initial: number;
  readonly combine: "add" | "max";
  readonly average: boolean;
  readonly gradient: InputDef["gradient"];
  readonly tensorflow: string;
  readonly tfjs: string;
  /** Name of the stock kernel's attribute that lists the axes. */
  readonly axesName: string;
}

const keptShape = ({ shape }: TensorType, axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

function inferReduce(x: TensorType, { axes, keepDims }: ReduceAttributes, integers: boolean): TensorType {
  constrain(x.dtype === "f32" || (integers && x.dtype === "i32"), "C1", `x is ${x.dtype}`);
  const inRange = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < x.shape.length);
  constrain(
    inRange && new Set(axes).size === axes.length,
    "C2",
    `axes [${axes.join(", ")}] of rank ${x.shape.length}`,
  );
  const shape = keepDims ? keptShape(x, axes) : x.shape.filter((_, axis) => !axes.includes(axis));
  return { dtype: x.dtype, shape };
}

/** Accumulates in f64, whatever the output holds. */
function runReduce(row: Row, x: TensorData, axes: readonly number[], y: TensorData): void {
  const totals = new Float64Array(y.data.length).fill(row.initial);
  const source = x.data;
  const own = stridesOf(keptShape(x.type, axes)).map((stride, axis) => (axes.includes(axis) ? 0 : stride));
  walk(x.type.shape, [own], [0], (at, length, offsets, steps) => {
    const [to, step] = [offsets[0]!, steps[0]!];
    if (row.combine === "add") {
      for (let k = 0; k < length; k++) totals[to + k * step]! += source[at + k]!;
    } else {
      for (let k = 0; k < length; k++) {
        const value = source[at + k]!;
        if (!(value <= totals[to + k * step]!)) totals[to + k * step] = value;
      }
    }
  });
  const divisor = row.average ? x.data.length / y.data.length : 1;
  for (let i = 0; i < totals.length; i++) y.data[i] = totals[i]! / divisor;
}

/** Spreads a gradient of the reduced tensor over what was summed. */
function spread(builder: Builder, dy: Value, x: TensorType, { axes, keepDims }: ReduceAttributes): Value {
  const kept = keepDims ? dy : builder.reshape(dy, { shape: keptShape(x, axes) });
  return builder.broadcastTo(kept, { shape: x.shape });
}

const table = { dtype: "f32", shape: [2, 3, 2], data: [1, 5, -2, 4, 3.5, 0.5, 7, -6, 2, 8, -1, 9] } as const;
const samples: readonly Sample<ReduceAttributes>[] = [
  { name: "the last axis", inputs: [table], attributes: { axes: [2], keepDims: false } },
  { name: "the first two axes, kept", inputs: [table], attributes: { axes: [0, 1], keepDims: true } },
  { name: "the middle axis", inputs: [table], attributes: { axes: [1], keepDims: false } },
  { name: "all axes", inputs: [table], attributes: { axes: [0, 1, 2], keepDims: false } },
];
const wholeNumbers: Sample<ReduceAttributes> = {
  name: "whole numbers",
  inputs: [{ dtype: "i32", shape: [2, 2], data: [1, -2, -3, -4] }],
  attributes: { axes: [1], keepDims: false },
};

const row = (name: string, row: Row): ReduceOp => ({
  name,
  summary: row.summary,
  inputs: [{ name: "x", gradient: row.gradient }],
  attributes: { axes: "Axes that are reduced, counted from 0.", keepDims: "Whether they stay, with size 1." },
  constraints: {
    C1: row.integers ? "x is f32 or i32." : "x is f32.",
    C2: "The axes are distinct axes of x.",
  },
  infer: ([x], attributes) => [inferReduce(x!, attributes, row.integers)],
  reference: ([x], { axes }, [y]) => runReduce(row, x!, axes, y!),
  vjp:
    row.gradient === "none"
      ? "none"
      : (builder, { inputs: [x], outputs: [y], attributes }, [dy]) => {
          if (!dy) return [];
          const count = sizeOf(x!.type.shape) / sizeOf(y!.type.shape);
          return [spread(builder, row.average ? builder.div(dy, count) : dy, x!.type, attributes)];
        },
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: {
    kernel: row.tfjs,
    inputs: ["x"],
    attributes: ({ axes, keepDims }) => ({ [row.axesName]: axes, keepDims }),
  },
  tensorflow: (writer, [x], { inputs, attributes: { axes, keepDims } }) =>
    writer.node(row.tensorflow, [x!, writer.constant("i32", [axes.length], axes)], {
      T: { type: inputs[0]!.type.dtype },
      Tidx: { type: "i32" },
      keep_dims: { bool: keepDims },
    }),
  samples: row.integers ? [...samples, wholeNumbers] : samples,
  broken: [
    { label: "C1", inputs: [{ dtype: "bool", shape: [2] }], attributes: { axes: [0], keepDims: false } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [2] }], attributes: { axes: [1], keepDims: false } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [2] }], attributes: { axes: [0, 0], keepDims: false } },
  ],
});

export const reduce: Readonly<Record<"sum" | "mean" | "max", ReduceOp>> = {
  sum: row("sum", {
    summary: "The sum over axes.",
    integers: true,
    initial: 0,
    combine: "add",
    average: false,
    gradient: "differentiable",
    tensorflow: "Sum",
    tfjs: "Sum",
    axesName: "axis",
  }),
  mean: row("mean", {
    summary: "The mean over axes.",
    integers: false,
    initial: 0,
    combine: "add",
    average: true,
    gradient: "differentiable",
    tensorflow: "Mean",
    tfjs: "Mean",
    axesName: "axis",
  }),
  max: row("max", {
    summary: "The maximum over axes; gather at `argMax` where a gradient is needed.",
    integers: true,
    initial: Number.NEGATIVE_INFINITY,
    combine: "max",
    average: false,
    gradient: "none",
    tensorflow: "Max",
    tfjs: "Max",
    axesName: "reductionIndices",
  }),
};

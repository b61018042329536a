/** Arithmetic in TensorFlow nodes, for mappings that compute more than one node says. */
import type { DType } from "../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "./define.ts";

/** A number stands for a scalar constant. */
export type Operand = TensorflowRef | number;

/** Methods that write one node each; operands broadcast. */
export function tensorflowMath(writer: TensorflowWriter, dtype: "f32" | "i32") {
  const types = { T: { type: dtype } } as const;
  const ref = (operand: Operand): TensorflowRef =>
    typeof operand === "number" ? writer.constant(dtype, [], [operand]) : operand;
  const unary = (op: string) => (x: Operand) => writer.node(op, [ref(x)], types)[0]!;
  const binary = (op: string) => (x: Operand, y: Operand) => writer.node(op, [ref(x), ref(y)], types)[0]!;
  return {
    add: binary("AddV2"),
    sub: binary("Sub"),
    mul: binary("Mul"),
    div: binary("RealDiv"),
    maximum: binary("Maximum"),
    minimum: binary("Minimum"),
    less: binary("Less"),
    greater: binary("Greater"),
    abs: unary("Abs"),
    sign: unary("Sign"),
    floor: unary("Floor"),
    select: (condition: TensorflowRef, x: Operand, y: Operand) =>
      writer.node("SelectV2", [condition, ref(x), ref(y)], types)[0]!,
    gather: (table: TensorflowRef, rows: TensorflowRef) =>
      writer.node("GatherV2", [table, rows, writer.constant("i32", [], [0])], {
        Tparams: { type: dtype },
        Tindices: { type: "i32" },
        Taxis: { type: "i32" },
        batch_dims: { int: 0 },
      })[0]!,
    reshape: (x: TensorflowRef, shape: readonly number[]) =>
      writer.node("Reshape", [x, vector(writer, shape)], { ...types, Tshape: { type: "i32" } })[0]!,
    slice: (x: TensorflowRef, begin: readonly number[], size: readonly number[]) =>
      writer.node("Slice", [x, vector(writer, begin), vector(writer, size)], {
        ...types,
        Index: { type: "i32" },
      })[0]!,
    concatRows: (parts: readonly TensorflowRef[]) =>
      parts.length === 1
        ? parts[0]!
        : writer.node("ConcatV2", [...parts, writer.constant("i32", [], [0])], {
            N: { int: parts.length },
            ...types,
            Tidx: { type: "i32" },
          })[0]!,
  };
}

export const vector = (writer: TensorflowWriter, values: readonly number[]): TensorflowRef =>
  writer.constant("i32", [values.length], values);

export const castTo = (writer: TensorflowWriter, x: TensorflowRef, from: DType, to: DType): TensorflowRef =>
  writer.node("Cast", [x], { SrcT: { type: from }, DstT: { type: to }, Truncate: { bool: false } })[0]!;

/** The whole numbers from `start` to below `end`. */
export function rangeOf(writer: TensorflowWriter, start: Operand, end: Operand): TensorflowRef {
  const ref = (operand: Operand) =>
    typeof operand === "number" ? writer.constant("i32", [], [operand]) : operand;
  return writer.node("Range", [ref(start), ref(end), ref(1)], { Tidx: { type: "i32" } })[0]!;
}

/** The matrix product, of two tables or of stacks of them. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type TensorData } from "../define.ts";
import { addRows } from "./add-rows.ts";

export type MatmulAttributes = { readonly transposeX: boolean; readonly transposeY: boolean };

interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly stack: number;
}

function sizesOf(x: TensorType, y: TensorType, { transposeX, transposeY }: MatmulAttributes): Sizes {
  const [rows, inner] = transposeX ? [x.shape.at(-1)!, x.shape.at(-2)!] : [x.shape.at(-2)!, x.shape.at(-1)!];
  return {
    rows,
    inner,
    columns: y.shape.at(transposeY ? -2 : -1)!,
    stack: sizeOf(x.shape.slice(0, -2)),
  };
}

function inferMatmul(x: TensorType, y: TensorType, attributes: MatmulAttributes): TensorType {
  const both = `${printType(x)} and ${printType(y)}`;
  constrain(x.dtype === "f32" && y.dtype === "f32", "C1", both);
  constrain(x.shape.length >= 2 && sameShape(x.shape.slice(0, -2), y.shape.slice(0, -2)), "C2", both);
  const { rows, inner, columns } = sizesOf(x, y, attributes);
  constrain(inner === y.shape.at(attributes.transposeY ? -1 : -2), "C3", both);
  return { dtype: "f32", shape: [...x.shape.slice(0, -2), rows, columns] };
}

function runMatmul(x: TensorData, y: TensorData, attributes: MatmulAttributes, z: TensorData): void {
  const { rows, inner, columns, stack } = sizesOf(x.type, y.type, attributes);
  const { transposeX, transposeY } = attributes;
  const total = new Float64Array(columns);
  const turned = transposeY ? new Float64Array(inner * columns) : undefined;
  for (let s = 0; s < stack; s++) {
    if (turned) {
      for (let j = 0; j < columns; j++) {
        for (let k = 0; k < inner; k++) turned[k * columns + j] = y.data[(s * columns + j) * inner + k]!;
      }
    }
    for (let i = 0; i < rows; i++) {
      total.fill(0);
      const from = s * rows * inner + (transposeX ? i : i * inner);
      addRows(
        total,
        0,
        columns,
        turned ?? y.data,
        turned ? 0 : s * inner * columns,
        x.data,
        from,
        transposeX ? rows : 1,
        inner,
      );
      z.data.set(total, (s * rows + i) * columns);
    }
  }
}

const f32 = (shape: readonly number[]) => ({ dtype: "f32" as const, shape });
const table = (shape: readonly number[], data: readonly number[]) => ({ dtype: "f32" as const, shape, data });
const plain: MatmulAttributes = { transposeX: false, transposeY: false };
const six = [1, -2, 0.5, 3, 2.5, -1];
const twelve = [...six, 0.25, 1.5, -0.75, 2, -3, 4];

export const matmul: Op<["x", "y"], MatmulAttributes> = {
  name: "matmul",
  summary: "The matrix product of the last two axes, for each entry of the leading axes.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "y", gradient: "differentiable" },
  ],
  attributes: {
    transposeX: "Whether the last two axes of x change places first.",
    transposeY: "Whether the last two axes of y change places first.",
  },
  constraints: {
    C1: "x and y are f32.",
    C2: "Both have rank 2 or more, and the same leading axes.",
    C3: "The axes that are summed have one size.",
  },
  infer: ([x, y], attributes) => [inferMatmul(x!, y!, attributes)],
  reference: ([x, y], attributes, [z]) => runMatmul(x!, y!, attributes, z!),
  vjp: (builder, { inputs, attributes: { transposeX, transposeY } }, [dz]) => {
    if (!dz) return [];
    const [x, y] = [inputs[0]!, inputs[1]!];
    const dx = transposeX
      ? builder.matmul(y, dz, { transposeX: transposeY, transposeY: true })
      : builder.matmul(dz, y, { transposeX: false, transposeY: !transposeY });
    const dy = transposeY
      ? builder.matmul(dz, x, { transposeX: true, transposeY: transposeX })
      : builder.matmul(x, dz, { transposeX: !transposeX, transposeY: false });
    return [dx, dy];
  },
  cost: ([x], [z], { transposeX }) => sizeOf(z!.shape) * x!.shape.at(transposeX ? -2 : -1)!,
  // The stock kernel of wasm runs plain loops where an operand is transposed or there is a batch.
  tfjs: "reference",
  tensorflow: (writer, inputs, { outputs: [z], attributes: { transposeX, transposeY } }) =>
    z!.type.shape.length === 2
      ? writer.node("MatMul", inputs, {
          T: { type: "f32" },
          transpose_a: { bool: transposeX },
          transpose_b: { bool: transposeY },
        })
      : writer.node("BatchMatMulV2", inputs, {
          T: { type: "f32" },
          adj_x: { bool: transposeX },
          adj_y: { bool: transposeY },
        }),
  samples: [
    { name: "plain", inputs: [table([2, 3], six), table([3, 4], twelve)], attributes: plain },
    {
      name: "x turned",
      inputs: [table([3, 2], six), table([3, 4], twelve)],
      attributes: { transposeX: true, transposeY: false },
    },
    {
      name: "y turned, six terms a sum",
      inputs: [table([1, 6], six), table([2, 6], twelve)],
      attributes: { transposeX: false, transposeY: true },
    },
    {
      name: "both turned",
      inputs: [table([3, 2], six), table([4, 3], twelve)],
      attributes: { transposeX: true, transposeY: true },
    },
    {
      name: "a stack",
      inputs: [table([2, 1, 3], six), table([2, 2, 3], twelve)],
      attributes: { transposeX: false, transposeY: true },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "i32", shape: [2, 2] }, f32([2, 2])], attributes: plain },
    { label: "C2", inputs: [f32([2]), f32([2, 2])], attributes: plain },
    { label: "C2", inputs: [f32([2, 2, 2]), f32([3, 2, 2])], attributes: plain },
    { label: "C3", inputs: [f32([2, 3]), f32([2, 3])], attributes: plain },
  ],
};

/** Tensors laid end to end. */
import { sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";
import { copyStrided } from "../walk.ts";

export const concat: Op<["...values"], { readonly axis: number }> = {
  name: "concat",
  summary: "The values laid one after another along an axis.",
  inputs: [{ name: "...values", gradient: "differentiable" }],
  attributes: { axis: "Along which they are laid, counted from 0." },
  constraints: {
    C1: "There is at least one value, and all have one dtype and rank.",
    C2: "The axis is one of theirs.",
    C3: "Along all other axes the sizes agree.",
  },
  infer: (values, { axis }) => {
    const first = values[0];
    constrain(first, "C1", "no values");
    const { dtype, shape } = first;
    const alike = values.every((value) => value.dtype === dtype && value.shape.length === shape.length);
    constrain(alike, "C1", "dtypes or ranks differ");
    constrain(
      Number.isInteger(axis) && axis >= 0 && axis < shape.length,
      "C2",
      `axis ${axis}, rank ${shape.length}`,
    );
    for (const value of values) {
      const agree = value.shape.every((size, i) => i === axis || size === shape[i]);
      constrain(agree, "C3", `[${value.shape.join(", ")}] and [${shape.join(", ")}] along axis ${axis}`);
    }
    const total = values.reduce((sum, value) => sum + value.shape[axis]!, 0);
    return [{ dtype, shape: shape.map((size, i) => (i === axis ? total : size)) }];
  },
  reference: (values, { axis }, [y]) => {
    const strides = stridesOf(y!.type.shape);
    let start = 0;
    for (const { type, data } of values) {
      copyStrided(type.shape, data, stridesOf(type.shape), 0, y!.data, strides, start);
      start += type.shape[axis]! * strides[axis]!;
    }
  },
  vjp: (builder, { inputs, attributes: { axis } }, [dy]) => {
    let at = 0;
    return inputs.map(({ type: { shape } }) => {
      const begin = shape.map((_, i) => (i === axis ? at : 0));
      at += shape[axis]!;
      return dy && builder.slice(dy, { begin, size: shape });
    });
  },
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: { kernel: "Concat", inputs: ["..."], attributes: ({ axis }) => ({ axis }) },
  tensorflow: (writer, values, { outputs, attributes: { axis } }) => {
    const T = { type: outputs[0]!.type.dtype };
    if (values.length === 1) return writer.node("Identity", values, { T });
    return writer.node("ConcatV2", [...values, writer.constant("i32", [], [axis])], {
      N: { int: values.length },
      T,
      Tidx: { type: "i32" },
    });
  },
  samples: [
    {
      name: "columns",
      inputs: [
        { dtype: "f32", shape: [2, 1], data: [1, 2] },
        { dtype: "f32", shape: [2, 2], data: [3, 4, 5, 6] },
      ],
      attributes: { axis: 1 },
    },
    {
      name: "lists of i32",
      inputs: [
        { dtype: "i32", shape: [2], data: [1, 2] },
        { dtype: "i32", shape: [1], data: [3] },
        { dtype: "i32", shape: [1], data: [4] },
      ],
      attributes: { axis: 0 },
    },
    { name: "a single one", inputs: [{ dtype: "f32", shape: [2], data: [1, 2] }], attributes: { axis: 0 } },
  ],
  broken: [
    { label: "C1", inputs: [], attributes: { axis: 0 } },
    {
      label: "C1",
      inputs: [
        { dtype: "f32", shape: [2] },
        { dtype: "i32", shape: [2] },
      ],
      attributes: { axis: 0 },
    },
    { label: "C2", inputs: [{ dtype: "f32", shape: [2] }], attributes: { axis: 1 } },
    {
      label: "C3",
      inputs: [
        { dtype: "f32", shape: [2, 2] },
        { dtype: "f32", shape: [3, 2] },
      ],
      attributes: { axis: 1 },
    },
  ],
};

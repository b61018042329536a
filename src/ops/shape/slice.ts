/** A block cut out of a tensor. */
import { sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";
import { copyStrided } from "../walk.ts";

export type SliceAttributes = { readonly begin: readonly number[]; readonly size: readonly number[] };

export const slice: Op<["x"], SliceAttributes> = {
  name: "slice",
  summary: "The block of x that begins at `begin` and has shape `size`.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { begin: "First index along each axis.", size: "Shape of the block." },
  constraints: { C1: "The block lies in x; begin and size have an entry an axis." },
  infer: ([x], { begin, size }) => {
    const { shape, dtype } = x!;
    const inside =
      begin.length === shape.length &&
      size.length === shape.length &&
      shape.every((extent, i) => begin[i]! >= 0 && size[i]! >= 0 && begin[i]! + size[i]! <= extent);
    constrain(
      inside,
      "C1",
      `begin [${begin.join(", ")}] and size [${size.join(", ")}] in [${shape.join(", ")}]`,
    );
    return [{ dtype, shape: size }];
  },
  reference: ([x], { begin, size }, [y]) => {
    const strides = stridesOf(x!.type.shape);
    const start = begin.reduce((sum, index, axis) => sum + index * strides[axis]!, 0);
    copyStrided(size, x!.data, strides, start, y!.data, stridesOf(size), 0);
  },
  vjp: (builder, { inputs: [x], attributes: { begin, size } }, [dy]) => {
    const paddings = x!.type.shape.map((extent, i) => [begin[i]!, extent - begin[i]! - size[i]!]);
    return [dy && builder.pad(dy, { paddings, value: 0 })];
  },
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: { kernel: "Slice", inputs: ["x"], attributes: ({ begin, size }) => ({ begin, size }) },
  tensorflow: (writer, [x], { inputs, attributes: { begin, size } }) =>
    writer.node(
      "Slice",
      [x!, writer.constant("i32", [begin.length], begin), writer.constant("i32", [size.length], size)],
      { T: { type: inputs[0]!.type.dtype }, Index: { type: "i32" } },
    ),
  samples: [
    {
      name: "an inner block",
      inputs: [{ dtype: "f32", shape: [3, 4], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }],
      attributes: { begin: [1, 1], size: [2, 2] },
    },
    {
      name: "the end of a list of i32",
      inputs: [{ dtype: "i32", shape: [4], data: [1, 2, 3, 4] }],
      attributes: { begin: [2], size: [2] },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [3] }], attributes: { begin: [2], size: [2] } },
    { label: "C1", inputs: [{ dtype: "f32", shape: [3] }], attributes: { begin: [0, 0], size: [1, 1] } },
  ],
};

/** A border of one value round a tensor. */
import { sizeOf, stridesOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";
import { copyStrided } from "../walk.ts";

export type PadAttributes = { readonly paddings: readonly (readonly number[])[]; readonly value: number };

export const pad: Op<["x"], PadAttributes> = {
  name: "pad",
  summary: "x with a border of one value.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { paddings: "[before, after] for each axis.", value: "What the border holds." },
  constraints: { C1: "Each axis has a pair of paddings, none below 0." },
  infer: ([x], { paddings }) => {
    const { dtype, shape } = x!;
    const paired =
      paddings.length === shape.length &&
      paddings.every((pair) => pair.length === 2 && pair[0]! >= 0 && pair[1]! >= 0);
    constrain(paired, "C1", `${JSON.stringify(paddings)} for [${shape.join(", ")}]`);
    return [{ dtype, shape: shape.map((size, i) => paddings[i]![0]! + size + paddings[i]![1]!) }];
  },
  reference: ([x], { paddings, value }, [y]) => {
    if (value !== 0) y!.data.fill(value);
    const strides = stridesOf(y!.type.shape);
    const start = paddings.reduce((sum, [before], axis) => sum + before! * strides[axis]!, 0);
    copyStrided(x!.type.shape, x!.data, stridesOf(x!.type.shape), 0, y!.data, strides, start);
  },
  vjp: (builder, { inputs: [x], attributes: { paddings } }, [dy]) => [
    dy && builder.slice(dy, { begin: paddings.map(([before]) => before!), size: x!.type.shape }),
  ],
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: {
    kernel: "PadV2",
    inputs: ["x"],
    attributes: ({ paddings, value }) => ({ paddings, constantValue: value }),
  },
  tensorflow: (writer, [x], { inputs, attributes: { paddings, value } }) => {
    const { dtype } = inputs[0]!.type;
    return writer.node(
      "PadV2",
      [
        x!,
        writer.constant("i32", [paddings.length, 2], paddings.flat()),
        writer.constant(dtype, [], [value]),
      ],
      { T: { type: dtype }, Tpaddings: { type: "i32" } },
    );
  },
  samples: [
    {
      name: "uneven border",
      inputs: [{ dtype: "f32", shape: [2, 2], data: [1, 2, 3, 4] }],
      attributes: {
        paddings: [
          [1, 0],
          [0, 2],
        ],
        value: 0,
      },
    },
    {
      name: "border of minus one",
      inputs: [{ dtype: "i32", shape: [2], data: [7, 8] }],
      attributes: { paddings: [[1, 1]], value: -1 },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [2] }], attributes: { paddings: [[-1, 0]], value: 0 } },
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 2] }], attributes: { paddings: [[1, 1]], value: 0 } },
  ],
};

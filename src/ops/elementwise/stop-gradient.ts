/** The identity through which no gradient flows. */
import type { Op } from "../define.ts";

export const stopGradient: Op<["x"]> = {
  name: "stopGradient",
  summary: "x, as a constant to every gradient.",
  inputs: [{ name: "x", gradient: "stop", reason: "That is what the op is for." }],
  attributes: {},
  constraints: {},
  infer: ([x]) => [x!],
  reference: ([x], _, [y]) => {
    y!.data.set(x!.data);
  },
  vjp: "none",
  cost: () => 0,
  tfjs: { kernel: "Identity", inputs: ["x"] },
  tensorflow: (writer, inputs, { inputs: [x] }) =>
    writer.node("Identity", inputs, { T: { type: x!.type.dtype } }),
  samples: [
    { name: "numbers", inputs: [{ dtype: "f32", shape: [3], data: [1, -2, 3] }], attributes: {} },
    { name: "whole numbers", inputs: [{ dtype: "i32", shape: [2], data: [4, 5] }], attributes: {} },
  ],
  broken: [],
};

/** Where along an axis the maximum lies. */
import { sizeOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";

export const argMax: Op<["x"], { readonly axis: number }> = {
  name: "argMax",
  summary: "Index of the maximum along an axis, i32; the first of equals.",
  inputs: [
    {
      name: "x",
      gradient: "stop",
      reason: "A whole number is constant between its jumps: the derivative is zero wherever it exists.",
    },
  ],
  attributes: { axis: "Counted from 0; it is not in the output." },
  constraints: { C1: "x is f32.", C2: "The axis is one of x, of size 1 or more." },
  infer: ([x], { axis }) => {
    constrain(x!.dtype === "f32", "C1", `x is ${x!.dtype}`);
    constrain((x!.shape[axis] ?? 0) > 0, "C2", `axis ${axis} of [${x!.shape.join(", ")}]`);
    return [{ dtype: "i32", shape: x!.shape.filter((_, i) => i !== axis) }];
  },
  reference: ([x], { axis }, [y]) => {
    const { shape } = x!.type;
    const inner = sizeOf(shape.slice(axis + 1));
    const length = shape[axis]!;
    const [source, target] = [x!.data, y!.data];
    for (let i = 0; i < target.length; i++) {
      const start = Math.floor(i / inner) * length * inner + (i % inner);
      let best = 0;
      for (let k = 1; k < length; k++) {
        if (source[start + k * inner]! > source[start + best * inner]!) best = k;
      }
      target[i] = best;
    }
  },
  vjp: "none",
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: { kernel: "ArgMax", inputs: ["x"], attributes: ({ axis }) => ({ axis }) },
  tensorflow: (writer, [x], { attributes: { axis } }) =>
    writer.node("ArgMax", [x!, writer.constant("i32", [], [axis])], {
      T: { type: "f32" },
      Tidx: { type: "i32" },
      output_type: { type: "i32" },
    }),
  samples: [
    {
      name: "rows, with a tie",
      inputs: [{ dtype: "f32", shape: [2, 3], data: [1, 4, 4, -1, -2, -3] }],
      attributes: { axis: 1 },
    },
    {
      name: "the middle axis",
      inputs: [{ dtype: "f32", shape: [2, 2, 2], data: [1, 2, 3, 1, 5, 6, 4, 7] }],
      attributes: { axis: 1 },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "i32", shape: [2] }], attributes: { axis: 0 } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [2] }], attributes: { axis: 1 } },
  ],
};

/** Rounding to bfloat16: what a value loses where it is kept in half the bits. */
import { sizeOf } from "../../ir/tensor-type.ts";
import { constrain, type Op } from "../define.ts";

/** Of the numbers with 8 significant bits the nearest; of two, the one whose last bit is 0. In place. */
function roundAll(numbers: Float32Array): void {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  for (let i = 0; i < words.length; i++) {
    if (Number.isNaN(numbers[i]!)) continue;
    const word = words[i]!;
    // Half of the last bit that is kept, and a little less where that bit is 0; a carry makes the next number.
    words[i] = (word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000;
  }
}

export const roundBfloat16: Op<["x"]> = {
  name: "roundBfloat16",
  summary:
    "x rounded to the nearest bfloat16 (8 significant bits, the range of f32), ties to even; still f32.",
  inputs: [
    {
      name: "x",
      gradient: "stop",
      reason: "Constant between its jumps; a pass adds it to what only predicts.",
    },
  ],
  attributes: {},
  constraints: { C1: "x is f32." },
  infer: ([x]) => {
    constrain(x!.dtype === "f32", "C1", `x is ${x!.dtype}`);
    return [x!];
  },
  reference: ([x], _, [y]) => {
    const numbers = Float32Array.from(x!.data);
    roundAll(numbers);
    y!.data.set(numbers);
  },
  vjp: "none",
  cost: ([x]) => sizeOf(x!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x]) => {
    const [rounded] = writer.node("Cast", [x!], castTypes("f32", "bf16"));
    return writer.node("Cast", [rounded!], castTypes("bf16", "f32"));
  },
  samples: [
    {
      name: "down, up, both ties, and numbers that stay",
      inputs: [
        { dtype: "f32", shape: [8], data: [1.001, 1.006, 1.00390625, 1.01171875, -3, 0, -2.7182817, 1e-20] },
      ],
      attributes: {},
    },
    {
      name: "a carry into the exponent",
      inputs: [{ dtype: "f32", shape: [2], data: [1.999, -255.9] }],
      attributes: {},
    },
  ],
  broken: [{ label: "C1", inputs: [{ dtype: "i32", shape: [2] }], attributes: {} }],
};

const castTypes = (from: "f32" | "bf16", to: "f32" | "bf16") =>
  ({ SrcT: { type: from }, DstT: { type: to }, Truncate: { bool: false } }) as const;

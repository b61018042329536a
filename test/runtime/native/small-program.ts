/** A program small enough to work out by hand: one weight by momentum, one running statistic, and a reader of both. */
import { createBuilder } from "../../../src/ops/builder.ts";
import type { HostTensor } from "../../../src/runtime/session.ts";
import type { Program } from "../../../src/targets/artifact.ts";

export const f32 = (shape: readonly number[], ...data: number[]): HostTensor => ({
  dtype: "f32",
  shape,
  data: Float32Array.from(data),
});

export function smallProgram(): Program {
  return { name: "small", functions: { train_step: trainStep(), predict: predict() } };
}

/** loss gradient = x; weight' = weight - rate (0.5 slot + x); mean' = 0.75 mean + 0.25 x; product = x weight, before the update. */
function trainStep() {
  const b = createBuilder("train_step");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "the gradient");
  const rate = b.input("rate", { dtype: "f32", shape: [] }, "learning rate");
  const weight = b.parameter("body.weight", "weight", [2], { kind: "constant", value: 1 });
  const slot = b.parameter("body.weight/momentum", "slot", [2], { kind: "constant", value: 0 });
  const mean = b.parameter("body.mean", "statistic", [2], { kind: "constant", value: 0 });
  const [next, velocity] = b.applyMomentum(weight, slot, x, rate, { momentum: 0.5 });
  b.update("body.weight", next);
  b.update("body.weight/momentum", velocity);
  b.update("body.mean", b.add(b.mul(mean, 0.75), b.mul(x, 0.25)));
  b.output("product", b.mul(x, weight), "x times the weight before the step");
  return b.build();
}

function predict() {
  const b = createBuilder("predict");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "numbers");
  const pick = b.input("pick", { dtype: "bool", shape: [2] }, "where to take the product");
  const shift = b.input("shift", { dtype: "i32", shape: [2] }, "added to the shift");
  const weight = b.parameter("body.weight", "weight", [2], { kind: "constant", value: 1 });
  const mean = b.parameter("body.mean", "statistic", [2], { kind: "constant", value: 0 });
  b.output("y", b.select(pick, b.mul(x, weight), mean), "product or mean");
  b.output("negated", b.logicalNot(pick), "the opposite of pick");
  b.output("shifted", b.add(shift, 1), "one more");
  return b.build();
}

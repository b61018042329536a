/** Convolutions with a bias and a rectifier are one kernel, and give what the three ops give. */
import { expect, test } from "vitest";
import type { Value } from "../../../src/ir/types.ts";
import { type Builder, createBuilder } from "../../../src/ops/builder.ts";
import { interpret } from "../../../src/ops/interpret.ts";
import { openKernelPlan } from "../../../src/runtime/kernel-plan/session.ts";
import { nodesOfCalls } from "../../../src/targets/kernel-plan/caller.ts";
import { emitKernelPlan } from "../../../src/targets/kernel-plan/emit.ts";
import { relativeDifference } from "../../runtime/sample-run.ts";

const window = {
  strides: [2, 1],
  padding: [
    [1, 0],
    [1, 1],
  ],
  dilations: [1, 1],
};
const wave = (size: number, step: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(step * (i + 1)));

/** A convolution of `x` [2, 5, 4, 3] to six channels, and what `after` makes of it. */
function programOf(after: (b: Builder, y: Value, bias: Value) => void) {
  const b = createBuilder("f");
  const x = b.input("x", { dtype: "f32", shape: [2, 5, 4, 3] }, "");
  const zero = { kind: "constant", value: 0 } as const;
  const filter = b.parameter("filter", "weight", [3, 3, 3, 6], zero);
  const bias = b.parameter("bias", "weight", [6], zero);
  after(b, b.conv2d(x, filter, window), bias);
  return { name: "p", functions: { f: b.build() } };
}

const out = (b: Builder, value: Value) => b.output(`y${value.id}`, value, "");

test.each([
  ["bias", ["FusedConv2D"], (b, y, bias) => out(b, b.add(y, bias))],
  ["bias and relu", ["FusedConv2D"], (b, y, bias) => out(b, b.relu(b.add(y, bias)))],
  [
    "a bias that is computed",
    ["Multiply", "FusedConv2D"],
    (b, y, bias) => out(b, b.relu(b.add(y, b.mul(bias, 2)))),
  ],
  [
    "a sum that is read twice",
    ["FusedConv2D", "Relu"],
    (b, y, bias) => {
      const sum = b.add(y, bias);
      out(b, sum);
      out(b, b.relu(sum));
    },
  ],
  [
    "a convolution that is read twice",
    ["Conv2D", "Add", "Neg"],
    (b, y, bias) => {
      out(b, b.add(y, bias));
      out(b, b.neg(y));
    },
  ],
  [
    "a bias in another shape",
    ["Conv2D", "Reshape", "Reshape", "Add"],
    (b, y, bias) => out(b, b.add(y, b.reshape(b.reshape(bias, { shape: [1, 6] }), { shape: [6] }))),
  ],
  ["another sum", ["Conv2D", "Add"], (b, y) => out(b, b.add(y, 1))],
] satisfies [string, string[], (b: Builder, y: Value, bias: Value) => void][])(
  "%s",
  async (_, kernels, after) => {
    const program = programOf(after);
    const plan = emitKernelPlan(program);
    expect(plan.functions.f!.calls.map(({ kernel }) => kernel)).toEqual(kernels);
    const state = { filter: wave(162, 0.7), bias: wave(6, 1.9) };
    const x = wave(120, 0.3);
    const expected = interpret(program.functions.f, { x, ...state }).outputs;
    for (const backend of ["wasm", "cpu"] as const) {
      const session = await openKernelPlan(plan, { backend });
      await session.write({
        filter: { dtype: "f32", shape: [3, 3, 3, 6], data: state.filter },
        bias: { dtype: "f32", shape: [6], data: state.bias },
      });
      const found = await session.run("f", { x: { dtype: "f32", shape: [2, 5, 4, 3], data: x } });
      for (const [name, { data }] of Object.entries(expected))
        expect(relativeDifference(found[name]!.data, data), `${backend} ${name}`).toBeLessThan(1e-5);
      await session.close();
    }
  },
);

test("a new bias counts, though the filter stays", async () => {
  const program = programOf((b, y, bias) => b.output("y", b.relu(b.add(y, bias)), ""));
  const session = await openKernelPlan(emitKernelPlan(program), { backend: "wasm" });
  const filter = wave(162, 0.7);
  const x = wave(120, 0.3);
  await session.write({ filter: { dtype: "f32", shape: [3, 3, 3, 6], data: filter } });
  for (const step of [1.9, 0.4, 2.3]) {
    const bias = wave(6, step);
    await session.write({ bias: { dtype: "f32", shape: [6], data: bias } });
    const { y } = await session.run("f", { x: { dtype: "f32", shape: [2, 5, 4, 3], data: x } });
    const expected = interpret(program.functions.f, { x, filter, bias }).outputs.y!;
    expect(relativeDifference(y!.data, expected.data)).toBeLessThan(1e-5);
  }
  await session.close();
});

test("the node behind a call is the last of those it stands for; copies have none", () => {
  const { functions } = programOf((b, y, bias) => {
    out(b, b.relu(b.add(y, bias)));
    out(b, b.neg(y));
    b.update("bias", bias);
  });
  const plan = emitKernelPlan({ name: "p", functions }).functions.f!;
  const fused = programOf((b, y, bias) => {
    out(b, b.square(b.relu(b.add(y, bias))));
    b.update("bias", bias);
  }).functions.f;
  expect(nodesOfCalls(functions.f).map(({ op }) => op)).toEqual(["conv2d", "add", "relu", "neg"]);
  expect(plan.calls.map(({ kernel }) => kernel)).toEqual(["Conv2D", "Add", "Relu", "Neg", "Identity"]);
  expect(nodesOfCalls(fused).map(({ op }) => op)).toEqual(["relu", "square"]);
});

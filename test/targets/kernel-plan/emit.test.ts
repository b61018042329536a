import { expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import type { KernelPlan } from "../../../src/targets/artifact.ts";
import { emitKernelPlan } from "../../../src/targets/kernel-plan/emit.ts";
import { printKernelPlan, readKernelPlan } from "../../../src/targets/kernel-plan/text.ts";

const zeros = { kind: "constant", value: 0 } as const;

/** w' = w - rate * (w - x), and a loss that masks out what is not valid. */
function stepGraph() {
  const b = createBuilder("step");
  const x = b.input("x", { dtype: "f32", shape: [2, 3] }, "target");
  const valid = b.input("valid", { dtype: "bool", shape: [2, 3] }, "which count");
  const weight = b.parameter("w", "weight", [2, 3], zeros);
  const difference = b.sub(weight, x);
  b.output(
    "loss",
    b.sum(b.select(valid, b.square(difference), 0), { axes: [0, 1], keepDims: false }),
    "loss",
  );
  b.output("best", b.select(valid, b.neg(difference), Number.NEGATIVE_INFINITY), "scores");
  b.update("w", b.sub(weight, b.mul(difference, 0.5)));
  return b.build();
}

const plan = emitKernelPlan({ name: "tiny", functions: { step: stepGraph() } });

test("the plan of a small step is the golden one", async () => {
  const text = `${JSON.stringify(JSON.parse(printKernelPlan(plan)), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot("emit.golden.json");
});

test("text gives the plan back, infinities included", () => {
  expect(readKernelPlan(printKernelPlan(plan))).toEqual(plan);
  expect(plan.functions.step!.constants.some(({ data }) => data[0] === Number.NEGATIVE_INFINITY)).toBe(true);
});

test("every tensor but variables, constants, outputs and updates is released once, after it is last read", () => {
  const step = plan.functions.step!;
  const kept = [...step.parameters, ...step.constants, ...step.outputs, ...step.updates].map(
    ({ slot }) => slot,
  );
  const made = [
    ...step.inputs.map(({ slot }) => slot),
    ...step.calls.flatMap((call) => call.outputs.map(({ slot }) => slot)),
  ];
  const released = step.calls.flatMap((call) => call.release);
  expect(released.toSorted()).toEqual(made.filter((slot) => !kept.includes(slot)).toSorted());
  step.calls.forEach((call, index) => {
    const earlier = step.calls.slice(0, index).flatMap((each) => each.release);
    for (const slot of Object.values(call.inputs).flat()) expect(earlier).not.toContain(slot);
  });
});

const copiesOf = (each: KernelPlan) =>
  each.functions.f!.calls.filter((call) => call.kernel === "Identity").length;

test("an update that no call made for it alone is copied", () => {
  const b = createBuilder("f");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "");
  const [p, q] = ["p", "q", "r", "s"].map((name) => b.parameter(name, "statistic", [2], zeros));
  const sum = b.add(x, p!);
  b.update("p", sum);
  b.update("q", sum);
  b.update("r", x);
  b.update("s", q!);
  expect(copiesOf(emitKernelPlan({ name: "f", functions: { f: b.build() } }))).toBe(3);
});

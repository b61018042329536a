import { expect, test } from "vitest";
import { createBuilder } from "../../../src/ops/builder.ts";
import { RuntimeFault } from "../../../src/runtime/fault.ts";
import { peakBytes } from "../../../src/runtime/kernel-plan/memory.ts";
import { openKernelPlan } from "../../../src/runtime/kernel-plan/session.ts";
import type { HostTensor } from "../../../src/runtime/session.ts";
import { emitKernelPlan } from "../../../src/targets/kernel-plan/emit.ts";

const f32 = (...data: number[]): HostTensor => ({
  dtype: "f32",
  shape: [data.length],
  data: Float32Array.from(data),
});

/** p counts up by x, q holds the p of the step before, r the x. */
function counter() {
  const b = createBuilder("step");
  const x = b.input("x", { dtype: "f32", shape: [2] }, "increment");
  const [p, ,] = ["p", "q", "r"].map((name) =>
    b.parameter(name, "statistic", [2], { kind: "constant", value: 0 }),
  );
  const next = b.add(p!, x);
  b.output("next", next, "");
  b.output("twice", b.mul(next, 2), "");
  b.update("p", next);
  b.update("q", p!);
  b.update("r", x);
  return b.build();
}

const plan = emitKernelPlan({ name: "counter", functions: { step: counter() } });
const zero = { p: f32(0, 0), q: f32(0, 0), r: f32(0, 0) };

const codeOf = async (action: () => Promise<unknown>): Promise<string> => {
  const error = await action().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RuntimeFault);
  return (error as RuntimeFault).diagnostic.code;
};

test.each(["wasm", "cpu"] as const)(
  "%s: variables take their updates after a run, and nothing else stays",
  async (backend) => {
    const session = await openKernelPlan(plan, { backend });
    await session.write(zero);
    const before = await session.memory();
    for (let step = 1; step <= 3; step++) {
      const outputs = await session.run("step", { x: f32(1, 10) });
      expect([...outputs.next!.data]).toEqual([step, 10 * step]);
      expect([...outputs.twice!.data]).toEqual([2 * step, 20 * step]);
      expect(await session.memory()).toEqual(before);
    }
    const state = await session.read();
    expect(Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, [...data]]))).toEqual({
      p: [3, 30],
      q: [2, 20],
      r: [1, 10],
    });
    expect(Object.keys(await session.read(["q"]))).toEqual(["q"]);
    await session.close();
    expect((await session.memory()).tensors).toBe(before.tensors - 4);
  },
);

test("what the caller feeds and reads is never shared with the session", async () => {
  const session = await openKernelPlan(plan, { backend: "cpu" });
  const x = f32(1, 10);
  await session.write({ ...zero, p: x });
  x.data[0] = 99;
  (await session.read(["p"])).p!.data[1] = 99;
  expect([...(await session.read(["p"])).p!.data]).toEqual([1, 10]);
});

test("feeds and variables of a wrong name, type or size are faults", async () => {
  const session = await openKernelPlan(plan, { backend: "cpu" });
  const whole: HostTensor = { dtype: "i32", shape: [2], data: Int32Array.of(1, 2) };
  expect(await codeOf(() => session.run("step", { x: f32(1, 2) }))).toBe("runtime/unset-variable");
  await session.write(zero);
  expect(await codeOf(() => session.run("jump", {}))).toBe("runtime/unknown-function");
  expect(await codeOf(() => session.run("step", {}))).toBe("runtime/feed-name");
  expect(await codeOf(() => session.run("step", { x: f32(1, 2), y: f32(1) }))).toBe("runtime/feed-name");
  expect(await codeOf(() => session.run("step", { x: f32(1) }))).toBe("runtime/feed-type");
  expect(await codeOf(() => session.run("step", { x: whole }))).toBe("runtime/feed-type");
  expect(await codeOf(() => session.run("step", { x: { ...f32(1), shape: [2] } }))).toBe("runtime/feed-type");
  expect(await codeOf(() => session.write({ s: f32(1, 2) }))).toBe("runtime/unknown-variable");
  expect(await codeOf(() => session.write({ p: f32(1) }))).toBe("runtime/feed-type");
  expect(await codeOf(() => session.read(["s"]))).toBe("runtime/unknown-variable");
});

test("the need is state, constants and the fullest point, and too much of it is a fault before anything starts", async () => {
  // x, p, q, r of 8 bytes, the constant 2 of 4; at most x, next, twice and the copies of p and x are alive.
  expect(peakBytes(plan, "step")).toBe(3 * 8 + 4 + 5 * 8);
  const b = createBuilder("f");
  const x = b.input("x", { dtype: "f32", shape: [1000, 1000, 500] }, "");
  b.output("y", b.relu(x), "");
  const large = emitKernelPlan({ name: "large", functions: { f: b.build() } });
  expect(await codeOf(() => openKernelPlan(large, { backend: "wasm" }))).toBe("runtime/too-large");
});

test("a plan that calls a kernel which is not there is a fault", async () => {
  const call = { ...plan.functions.step!.calls[0]!, kernel: "Rcnn.unheard" };
  const odd = { ...plan, functions: { step: { ...plan.functions.step!, calls: [call] } } };
  expect(await codeOf(() => openKernelPlan(odd, { backend: "cpu" }))).toBe("runtime/kernel-missing");
});

test("a watched run gives what a run gives, and when each call of the plan ran", async () => {
  const session = await openKernelPlan(plan, { backend: "cpu" });
  await session.write(zero);
  const { outputs, events } = await session.watch!("step", { x: f32(1, 10) });
  expect([...outputs.twice!.data]).toEqual([2, 20]);
  expect([...(await session.read(["p"])).p!.data]).toEqual([1, 10]);
  const { calls } = plan.functions.step!;
  expect(events.map(({ name, kernel }) => [name, kernel])).toEqual(
    calls.map(({ kernel }, index) => [String(index), kernel]),
  );
  for (const [index, { start, duration }] of events.entries()) {
    expect(duration).toBeGreaterThan(0);
    expect(start).toBeGreaterThanOrEqual(
      index === 0 ? 0 : events[index - 1]!.start + events[index - 1]!.duration,
    );
  }
  await session.close();
});

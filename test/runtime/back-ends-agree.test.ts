import { expect, test } from "vitest";
import { openKernelPlan } from "../../src/runtime/kernel-plan/session.ts";
import { openNative } from "../../src/runtime/native/session.ts";
import { openReference } from "../../src/runtime/reference/session.ts";
import type { HostTensors, Session } from "../../src/runtime/session.ts";
import { emitKernelPlan } from "../../src/targets/kernel-plan/emit.ts";
import { emitReference } from "../../src/targets/reference/emit.ts";
import { emitSavedModel } from "../../src/targets/saved-model/emit.ts";
import { nativeInstalled } from "./native/installed.ts";
import { relativeDifference } from "./sample-run.ts";
import { smallFeeds, smallNet, smallState } from "./small-net.ts";

const program = smallNet();
const steps = 5;

async function train(
  session: Session,
): Promise<{ losses: number[]; state: HostTensors; memory: { tensors: number; bytes: number }[] }> {
  await session.write(smallState(session.signatures));
  const losses: number[] = [];
  const memory: { tensors: number; bytes: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const outputs = await session.run("train_step", smallFeeds(step));
    losses.push(outputs.loss!.data[0]!);
    memory.push(await session.memory());
  }
  const state = await session.read();
  await session.close();
  return { losses, state, memory };
}

const truth = await train(openReference(emitReference(program)));

test("the reference learns", () => {
  expect(truth.losses.every(Number.isFinite)).toBe(true);
  expect(truth.losses.at(-1)).toBeLessThan(truth.losses[0]!);
});

const installed = await nativeInstalled();

const open = (backend: "wasm" | "cpu" | "native"): Promise<Session> =>
  backend === "native"
    ? openNative(emitSavedModel(program), { device: "cpu" })
    : openKernelPlan(emitKernelPlan(program), { backend });

test.each(["wasm", "cpu", ...(installed ? ["native" as const] : [])] as const)(
  "five training steps on %s give the reference's losses and state",
  async (backend) => {
    const found = await train(await open(backend));
    expect(relativeDifference(found.losses, truth.losses)).toBeLessThan(1e-4);
    for (const [name, { data }] of Object.entries(truth.state)) {
      expect(relativeDifference(found.state[name]!.data, data), name).toBeLessThan(1e-4);
    }
    expect(new Set(found.memory.slice(1).map((each) => JSON.stringify(each))).size).toBe(1);
  },
);

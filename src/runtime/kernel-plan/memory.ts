/** How much memory a plan needs at its peak, and whether a back end can have it. */

import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { heldBytes } from "../../ir/liveness.ts";
import type { KernelPlan, PlanFunction } from "../../targets/artifact.ts";
import { RuntimeFault } from "../fault.ts";
import { bytesOf } from "../feeds.ts";

const gibibyte = 2 ** 30;

/** The heap ends at 4 GiB; kernels need work space and packed weights, and the allocator leaves gaps. */
const wasmLimit = 3.2 * gibibyte;

/** Throws a `RuntimeFault` where a function of `plan` would overrun the back end, which ends it for good. */
export function checkMemory(plan: KernelPlan, backend: string): void {
  if (backend !== "wasm") return;
  for (const name of Object.keys(plan.functions)) {
    const needed = peakBytes(plan, name);
    if (needed <= wasmLimit) continue;
    const values = {
      backend,
      function: name,
      needed: describeBytes(needed),
      limit: describeBytes(wasmLimit),
    };
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/too-large", values));
  }
}

/** State, the constants of all functions, and what is alive at the fullest point of the function `name`. */
export function peakBytes(plan: KernelPlan, name: string): number {
  const state = plan.signatures.state.reduce((sum, { shape }) => sum + bytesOf("f32", shape), 0);
  const constants = Object.values(plan.functions).flatMap((each) => each.constants);
  const fixed = constants.reduce((sum, { dtype, shape }) => sum + bytesOf(dtype, shape), state);
  const inputs = plan.signatures.functions[name]!.inputs.map(({ dtype, shape }) => bytesOf(dtype, shape));
  return fixed + peakOfCalls(plan.functions[name]!, inputs);
}

function peakOfCalls(plan: PlanFunction, inputs: readonly number[]): number {
  const sizes = new Map(plan.inputs.map(({ slot }, index) => [slot, inputs[index]!]));
  const steps = plan.calls.map(({ outputs }) => ({ reads: [], makes: outputs.map(({ slot }) => slot) }));
  for (const { slot, dtype, shape } of plan.calls.flatMap(({ outputs }) => outputs))
    sizes.set(slot, bytesOf(dtype, shape));
  const held = inputs.reduce((sum, bytes) => sum + bytes, 0);
  const releases = plan.calls.map(({ release }) => release);
  const each = heldBytes(steps, releases, (slot: number) => sizes.get(slot)!, held);
  return each.reduce((most, bytes) => Math.max(most, bytes), held);
}

const describeBytes = (bytes: number): string => `${(bytes / gibibyte).toFixed(1)} GiB`;

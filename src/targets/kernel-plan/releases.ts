/** Liveness of a kernel plan: after which call each slot is read no more. */
import type { PlanCall, PlanFunction } from "../artifact.ts";

type OpenFunction = Omit<PlanFunction, "calls"> & { readonly calls: readonly Omit<PlanCall, "release">[] };

/** Fills in each call's `release`. Parameters and constants live on; outputs and updates live to the end of the run. */
export function withReleases(plan: OpenFunction): PlanFunction {
  const kept = new Set(
    [...plan.parameters, ...plan.constants, ...plan.outputs, ...plan.updates].map((port) => port.slot),
  );
  const last = new Map<number, number>();
  plan.calls.forEach((call, index) => {
    for (const slot of [...Object.values(call.inputs).flat(), ...call.outputs.map((output) => output.slot)]) {
      if (!kept.has(slot)) last.set(slot, index);
    }
  });
  const release: number[][] = plan.calls.map(() => []);
  for (const [slot, index] of last) release[index]!.push(slot);
  return { ...plan, calls: plan.calls.map((call, index) => ({ ...call, release: release[index]! })) };
}

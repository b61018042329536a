/** What each call of a kernel plan gives up. */
import { releasesOf } from "../../ir/liveness.ts";
import type { PlanCall, PlanFunction } from "../artifact.ts";

type OpenFunction = Omit<PlanFunction, "calls"> & { readonly calls: readonly Omit<PlanCall, "release">[] };

/** Fills in each call's `release`. Parameters and constants live on; outputs and updates live to the end of the run. */
export function withReleases(plan: OpenFunction): PlanFunction {
  const ports = [...plan.parameters, ...plan.constants, ...plan.outputs, ...plan.updates];
  const steps = plan.calls.map(({ inputs, outputs }) => ({
    reads: Object.values(inputs).flat(),
    makes: outputs.map(({ slot }) => slot),
  }));
  const releases = releasesOf(steps, new Set(ports.map(({ slot }) => slot)));
  return { ...plan, calls: plan.calls.map((call, index) => ({ ...call, release: releases[index]! })) };
}

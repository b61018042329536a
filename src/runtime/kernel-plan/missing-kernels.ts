/** The kernels that a plan calls and a back end lacks, known before anything runs. */
import type { KernelPlan } from "../../targets/artifact.ts";
import { startCpu } from "../cpu/start.ts";
import { ownKernel } from "../kernels/index.ts";
import { startWasm } from "../wasm/start.ts";

/** Whether a back end has the kernel of that name. */
export type HasKernel = (kernel: string) => boolean;

export async function kernelsOf(backend: "wasm" | "cpu"): Promise<HasKernel> {
  const heap = backend === "wasm" ? await startWasm({ threads: 1 }) : await startCpu();
  return (kernel) => ownKernel(kernel, heap) !== undefined || heap.hasKernel(kernel);
}

export interface MissingKernel {
  readonly function: string;
  readonly kernel: string;
}

/** Each kernel once for each function that calls it. */
export function missingKernels(plan: KernelPlan, has: HasKernel): readonly MissingKernel[] {
  return Object.entries(plan.functions).flatMap(([name, { calls }]) => {
    const called = new Set(calls.map(({ kernel }) => kernel));
    return [...called]
      .filter((kernel) => !has(kernel))
      .map((kernel): MissingKernel => ({ function: name, kernel }));
  });
}

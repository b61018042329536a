/** Faults of the runtime become diagnostics, so that every caller has one way to show what went wrong. */
import type { Result } from "../diagnostics/diagnostic.ts";
import { RuntimeFault } from "../runtime/fault.ts";

export async function guarded<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RuntimeFault) return { diagnostics: [error.diagnostic] };
    throw error;
  }
}

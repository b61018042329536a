/** Whether a model can train or predict on a back end: its kernels and its memory, before anything is opened. */
import { buildProgram, emit } from "../compile.ts";
import { defaultFunctions, type Functions } from "../components/buckets.ts";
import { compileCodes } from "../diagnostics/codes/compile.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Node, Origin } from "../ir/types.ts";
import type { Model } from "../model/model.ts";
import { RuntimeFault } from "../runtime/fault.ts";
import { type Backend, targetOf } from "../runtime/index.ts";
import { checkMemory, peakBytes } from "../runtime/kernel-plan/memory.ts";
import { type HasKernel, kernelsOf, missingKernels } from "../runtime/kernel-plan/missing-kernels.ts";
import type { KernelPlan, Program } from "../targets/artifact.ts";
import { callerOf } from "../targets/kernel-plan/caller.ts";
import { bytesIn, checkHostMemory } from "./open-program.ts";

export type Mode = "train" | "predict";

/** What a function needs there. */
export interface BackendNeed {
  readonly function: string;
  /** At the fullest point, state included. */
  readonly bytes: number;
}

/** For the sizes of image that the config names; training with the config's batch, prediction with one image. */
export async function checkBackend(
  model: Model,
  backend: Backend,
  mode: Mode,
): Promise<Result<readonly BackendNeed[]>> {
  const { value: program, diagnostics } = buildProgram(model, functionsFor(model, mode));
  if (!program) return { diagnostics };
  const artifact = emit(program, targetOf(backend));
  const found =
    artifact.kind === "kernel-plan" && (backend === "wasm" || backend === "cpu")
      ? missingIn(program, artifact, { backend, mode, has: await kernelsOf(backend) })
      : [];
  const memory = withPlace(model, () =>
    artifact.kind === "kernel-plan" && backend === "wasm"
      ? checkMemory(artifact, backend)
      : checkHostMemory(program, backend),
  );
  const all = [...diagnostics, ...found, ...memory];
  if (found.length + memory.length > 0) return { diagnostics: all };
  const value = Object.entries(program.functions).map(([name, graph]) => ({
    function: name,
    bytes: artifact.kind === "kernel-plan" ? peakBytes(artifact, name) : bytesIn(graph),
  }));
  return { value, diagnostics: all };
}

function functionsFor(model: Model, mode: Mode): Functions {
  return mode === "train"
    ? { train: defaultFunctions(model, model.train.batch).train }
    : { predict: defaultFunctions(model, 1).predict };
}

/** What the plan calls and the back end has not, at the lines of the config that need it. */
export function missingIn(
  program: Program,
  plan: KernelPlan,
  { backend, mode, has }: { readonly backend: string; readonly mode: Mode; readonly has: HasKernel },
): readonly Diagnostic[] {
  return missingKernels(plan, has).map(({ function: name, kernel }) => {
    const caller = callerOf(program.functions[name]!, kernel);
    const source = caller && sourceOf(caller);
    const values = { backend, kernel, op: caller?.op, path: source?.path, mode };
    return diagnose(compileCodes, "compile/no-kernel", values, source ? { span: source.span } : {});
  });
}

function sourceOf({ origin }: Node): Extract<Origin, { kind: "source" }> | undefined {
  let at: Origin | undefined = origin;
  while (at?.kind === "made") at = at.from;
  return at;
}

/** The refusal for want of memory, if there is one, at the batch that causes it. */
function withPlace({ places }: Model, check: () => void): readonly Diagnostic[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof RuntimeFault)) throw error;
    const span = places["train.batch"] ?? places.input;
    return [{ ...error.diagnostic, ...(span && { span }) }];
  }
}

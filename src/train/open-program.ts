/** A program opened on the back end that the user chose, or on the best one there is. */
import { totalmem } from "node:os";
import { emit } from "../compile.ts";
import { runtimeCodes } from "../diagnostics/codes/runtime.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Graph } from "../ir/types.ts";
import { bytesOf, planMemory } from "../passes/plan-memory.ts";
import { RuntimeFault } from "../runtime/fault.ts";
import { backendOf, open, targetOf } from "../runtime/index.ts";
import { hasKernels, lacksKernels, nativeDirectory, readNativeInstall } from "../runtime/native/locate.ts";
import { processorCan } from "../runtime/native/processor.ts";
import type { Session } from "../runtime/session.ts";
import type { Program } from "../targets/artifact.ts";
import { unfitPrecision } from "../targets/unfit-precision.ts";
import type { BackendChoice, Log, PredictionChoice } from "./api.ts";

/** State, and what is alive at the fullest point. */
export const bytesIn = (graph: Graph): number =>
  planMemory(graph).peakBytes + graph.parameters.reduce((sum, { value }) => sum + bytesOf(value), 0);

/** Refuses what cannot fit into the memory of this machine: the system would end the process in the middle of a run. */
export function checkHostMemory(program: Program, backend: string): void {
  const constrained = process.constrainedMemory();
  const limit = Math.min(totalmem(), constrained || Number.POSITIVE_INFINITY);
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  for (const [name, graph] of Object.entries(program.functions)) {
    const needed = bytesIn(graph);
    if (needed <= limit) continue;
    const values = { backend, function: name, needed: gibibytes(needed), limit: gibibytes(limit) };
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/too-large", values));
  }
}

/** Throws a `RuntimeFault` where the back end is missing; never falls back to another. */
export async function openProgram(
  program: Program,
  choice: BackendChoice & Pick<PredictionChoice, "precision">,
  log?: Log,
): Promise<Session> {
  const backend = await backendOf(choice.backend);
  const unfit = unfitPrecision(targetOf(backend), choice.precision);
  if (unfit) throw new RuntimeFault(unfit);
  const device = choice.device ?? "cpu";
  const chosen = choice.backend ? "as asked" : "the default here";
  log?.(`Back end: ${backend}${backend === "native" ? ` (${device})` : ""}, ${chosen}.`);
  if (choice.precision === "bfloat16" && device === "cpu" && !(await processorCan("bfloat16")))
    log?.("This processor has no instructions for bfloat16: float32 is faster here.");
  // A GPU has memory of its own, and wasm a limit of its own, which its session knows.
  if (device === "cpu" && backend !== "wasm") checkHostMemory(program, backend);
  const ownKernels = backend === "native" && device === "cpu" && (await findKernels(log));
  return open(emit(program, targetOf(backend), { ownKernels }), { backend, device: choice.device });
}

/** Whether our kernels are there; says where they could be and are not, as after an update. */
async function findKernels(log?: Log): Promise<boolean> {
  const directory = nativeDirectory();
  const install = await readNativeInstall(directory);
  if (install && (await lacksKernels(directory, install.manifest.gpu)))
    log?.(
      "Our kernels for this processor are not compiled, so TensorFlow's are used: `rcnn native install`.",
    );
  return hasKernels(directory);
}

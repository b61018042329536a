/** Which targets keep values in half the bits. */
import { compileCodes } from "../diagnostics/codes/compile.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ComputePrecision } from "../passes/pipeline.ts";
import type { Artifact } from "./artifact.ts";

/**
 * TensorFlow has kernels for bfloat16, and the interpreter shows what they give. TensorFlow.js has none: there a graph
 * with rounded values would only be slower.
 */
export function unfitPrecision(
  target: Artifact["kind"],
  precision: ComputePrecision | undefined,
): Diagnostic | undefined {
  if (precision !== "bfloat16" || target !== "kernel-plan") return undefined;
  return diagnose(compileCodes, "compile/precision-unfit", { precision, target });
}

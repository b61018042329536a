/** The order of the passes, for each kind of graph. */
import type { Graph } from "../ir/types.ts";
import { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.ts";
import { eliminateDeadCode } from "./eliminate-dead-code.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { foldConstants } from "./fold-constants.ts";
import type { Pass } from "./pass.ts";
import { simplifyArithmetic } from "./simplify-arithmetic.ts";
import { useBfloat16 } from "./use-bfloat16.ts";

/**
 * Before differentiation. Norms with fixed statistics go into their convolutions: two passes over each map less forward,
 * and one less backward, where the filter's small gradient is scaled in place of the map's.
 */
export const forwardPasses: readonly Pass[] = [foldBatchNorm];

/** Dead code first: differentiation leaves gradients that nothing asked for, and the others need not look at them. */
export const trainingPasses: readonly Pass[] = [
  eliminateDeadCode,
  foldConstants,
  simplifyArithmetic,
  eliminateCommonSubexpressions,
  eliminateDeadCode,
];

/** Batch norm before constants, so that what it is folded into is looked at too. */
export const inferencePasses: readonly Pass[] = [
  eliminateDeadCode,
  foldBatchNorm,
  ...trainingPasses.slice(1),
];

/** Of what inference computes with: `float32` throughout, or `bfloat16` where most of the time goes. */
export const precisions = ["float32", "bfloat16"] as const;

export type ComputePrecision = (typeof precisions)[number];

/** Rounding last: batch norm is folded, and what is computed twice is found out. */
export const inferencePassesIn = (precision: ComputePrecision): readonly Pass[] =>
  precision === "float32" ? inferencePasses : [...inferencePasses, useBfloat16];

/** Is shown the graph after each pass: the very same one where the pass had nothing to do. */
export type Observer = (pass: Pass, graph: Graph) => void;

export function optimize(graph: Graph, passes: readonly Pass[], observe?: Observer): Graph {
  return passes.reduce((before, pass) => {
    const after = pass.run(before);
    observe?.(pass, after);
    return after;
  }, graph);
}

/** The memory that a compiled function needs, from its plan: no tensor is created. */
import { pathOf } from "../ir/origin.ts";
import type { Graph, GraphParameter } from "../ir/types.ts";
import { bytesOf, planMemory } from "../passes/plan-memory.ts";
import type { MemoryCost } from "../report/cost.ts";

/** `batch` images of `height` x `width` pixels go through `graph` at once. */
export function memoryOf(graph: Graph, bucket: MemoryCost["bucket"]): MemoryCost {
  const total = (wanted: readonly GraphParameter["role"][]) =>
    graph.parameters
      .filter(({ role }) => wanted.includes(role))
      .reduce((sum, { value }) => sum + bytesOf(value), 0);
  const constants = graph.nodes
    .filter(({ op }) => op === "constant")
    .reduce((sum, { outputs }) => sum + bytesOf(outputs[0]!), 0);
  const { peakBytes, peakNode } = planMemory(graph);
  const [weights, slots] = [total(["weight", "statistic", "frozen"]), total(["slot"])];
  return {
    bucket,
    weights,
    slots,
    constants,
    live: peakBytes,
    ...(peakNode && { at: pathOf(peakNode.origin) }),
    peak: weights + slots + constants + peakBytes,
  };
}

/** The memory that a compiled function needs, from its plan: no tensor is created. */
import { pathOf } from "../ir/origin.ts";
import type { Graph, GraphParameter } from "../ir/types.ts";
import { bytesOf, planMemory } from "../passes/plan-memory.ts";
import type { MemoryCost } from "../report/cost.ts";

/** `batch` images of `height` x `width` pixels go through `graph` at once; `partOf` names the part of a path. */
export function memoryOf(
  graph: Graph,
  bucket: MemoryCost["bucket"],
  partOf: (path: string) => string,
): MemoryCost {
  const total = (wanted: readonly GraphParameter["role"][]) =>
    graph.parameters
      .filter(({ role }) => wanted.includes(role))
      .reduce((sum, { value }) => sum + bytesOf(value), 0);
  const constants = graph.nodes
    .filter(({ op }) => op === "constant")
    .reduce((sum, { outputs }) => sum + bytesOf(outputs[0]!), 0);
  const { peakBytes, held } = planMemory(graph);
  const parts = new Map<string, number>();
  graph.nodes.forEach(({ origin, op }, index) => {
    const part = partOf(pathOf(origin));
    if (op !== "constant") parts.set(part, Math.max(parts.get(part) ?? 0, held[index]!));
  });
  const [weights, slots] = [total(["weight", "statistic", "frozen"]), total(["slot"])];
  return {
    bucket,
    weights,
    slots,
    constants,
    live: peakBytes,
    parts: Object.fromEntries(parts),
    peak: weights + slots + constants + peakBytes,
  };
}

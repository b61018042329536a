/** What a compiled function computes and the memory that it needs, from its graph and plan: no tensor is created. */
import { pathOf } from "../ir/origin.ts";
import type { Graph, GraphParameter } from "../ir/types.ts";
import { bytesOf, planMemory } from "../passes/plan-memory.ts";
import type { FunctionCost } from "../report/cost.ts";
import { multiplyAdds } from "./products.ts";

/** `batch` images of `height` x `width` pixels go through `graph` at once; `partOf` names the part of a path. */
export function functionCost(
  graph: Graph,
  bucket: FunctionCost["bucket"],
  partOf: (path: string) => string,
): FunctionCost {
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
    macs: graph.nodes.reduce((sum, node) => sum + multiplyAdds(node), 0),
    weights,
    slots,
    constants,
    live: peakBytes,
    parts: Object.fromEntries(parts),
    peak: weights + slots + constants + peakBytes,
  };
}

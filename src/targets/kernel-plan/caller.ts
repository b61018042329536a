/** Which node of a graph is behind a kernel, or a call, of its plan. */
import type { Graph, Node } from "../../ir/types.ts";
import { opNamed } from "../../ops/index.ts";
import { kernelOf } from "./emit.ts";
import { fuseConvolutions } from "./fuse.ts";

/** The first such node; undefined where the plan itself needs the kernel, as for copies. */
export function callerOf(graph: Graph, kernel: string): Node | undefined {
  if (kernel.startsWith("Fused")) return [...fuseConvolutions(graph).convolutions.keys()][0];
  return graph.nodes.find(({ op }) => op !== "constant" && kernelOf(opNamed(op)) === kernel);
}

/** The node behind each call of the plan in order, the last one where several were fused; the copies at its end have none. */
export function nodesOfCalls(graph: Graph): readonly Node[] {
  const { absorbed } = fuseConvolutions(graph);
  return graph.nodes.filter((node) => node.op !== "constant" && !absorbed.has(node));
}

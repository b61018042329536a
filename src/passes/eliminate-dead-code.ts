/** Leaves out nodes that no output and no update needs. */
import type { Graph, Node, ValueId } from "../ir/types.ts";
import type { Pass } from "./pass.ts";

/** Inputs and parameters stay, needed or not: they are the function's signature. */
export const eliminateDeadCode: Pass = {
  name: "eliminate-dead-code",
  summary: "Leaves out nodes that no output and no update needs.",
  requires: "nothing",
  ensures: "every node has an output that something needs",
  run(graph: Graph): Graph {
    const needed = new Set<ValueId>([...graph.outputs, ...graph.updates].map(({ value }) => value.id));
    const kept: Node[] = [];
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output.id))) continue;
      kept.push(node);
      for (const input of node.inputs) needed.add(input.id);
    }
    return kept.length === graph.nodes.length ? graph : { ...graph, nodes: kept.reverse() };
  },
};

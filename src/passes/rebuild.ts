/** Makes a new graph out of an old one, node by node. */
import type { Graph, Node, Origin, Value, ValueId } from "../ir/types.ts";
import { type Builder, createBuilder } from "../ops/builder.ts";

/** Origin of what the pass `by` makes in place of a node. */
export const madeBy = (by: string, from: Origin): Origin => ({ kind: "made", by, from });

/** What a pass does at one node. */
export interface Visit {
  /** Makes new nodes. */
  readonly builder: Builder;
  readonly node: Node;
  /** The node's operands in the new graph. */
  readonly inputs: readonly Value[];
  /** Takes the node over as it is, and gives its outputs. */
  readonly keep: () => readonly Value[];
}

/**
 * Visits the nodes in order; `visit` gives the values that stand for the node's outputs: `keep()`, some that it makes,
 * or any made earlier. Gives `graph` itself where every node is kept.
 */
export function rebuild(graph: Graph, visit: (visit: Visit) => readonly Value[]): Graph {
  const builder = createBuilder(graph.name, { ...graph, nodes: [], outputs: [], updates: [] });
  const renewed = new Map<ValueId, Value>();
  const renew = (value: Value): Value => renewed.get(value.id) ?? value;
  let changed = false;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(renew);
    let kept: readonly Value[] | undefined;
    const keep = () => {
      kept ??= builder.at(node.origin).apply(node.op, inputs, node.attributes);
      return kept;
    };
    const outputs = visit({ builder, node, inputs, keep });
    changed ||= outputs !== kept;
    node.outputs.forEach((output, i) => {
      renewed.set(output.id, outputs[i]!);
    });
  }
  if (!changed) return graph;
  for (const { name, value, summary } of graph.outputs) builder.output(name, renew(value), summary);
  for (const { parameter, value } of graph.updates) builder.update(parameter, renew(value));
  return builder.build();
}

/** The node that makes each value; nothing for inputs and parameters. */
export function producers(graph: Graph): ReadonlyMap<ValueId, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output.id, node] as const)));
}

/** How often each value is used by nodes, outputs and updates. */
export function useCounts(graph: Graph): ReadonlyMap<ValueId, number> {
  const counts = new Map<ValueId, number>();
  const uses = [
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map((output) => output.value),
    ...graph.updates.map((update) => update.value),
  ];
  for (const { id } of uses) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

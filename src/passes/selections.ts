/** Selections: choices made on the way (proposals, samples) that a graph may give out, or be given. */
import type { Graph, GraphInput, Value, ValueId } from "../ir/types.ts";

/** How the outputs are named that components give their selections out by. */
export const selectionPrefix = "selection/";

/**
 * Turns every output `selection/<x>` into an input of that name which all uses of the value read instead. What made
 * the selection is then dead, save for what else it is used for. With equal selections, two back ends whose rounding
 * differs train on equal regions.
 */
export function holdSelections(graph: Graph, prefix: string = selectionPrefix): Graph {
  const selections = graph.outputs.filter((output) => output.name.startsWith(prefix));
  if (selections.length === 0) return graph;
  let next = 1 + Math.max(...valuesOf(graph).map((value) => value.id));
  const held = new Map<ValueId, Value>();
  const inputs: GraphInput[] = selections.map(({ name, value, summary }) => {
    const input: Value = { id: next++ as ValueId, type: value.type };
    held.set(value.id, input);
    return { name, value: input, summary };
  });
  const swap = (value: Value): Value => held.get(value.id) ?? value;
  return {
    ...graph,
    inputs: [...graph.inputs, ...inputs],
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(swap) })),
    outputs: dropSelections(graph, prefix).outputs.map((output) => ({
      ...output,
      value: swap(output.value),
    })),
    updates: graph.updates.map((update) => ({ ...update, value: swap(update.value) })),
  };
}

/** Leaves out the outputs `selection/<x>`. */
export function dropSelections(graph: Graph, prefix: string = selectionPrefix): Graph {
  const outputs = graph.outputs.filter((output) => !output.name.startsWith(prefix));
  return outputs.length === graph.outputs.length ? graph : { ...graph, outputs };
}

const valuesOf = (graph: Graph): Value[] => [
  ...[...graph.inputs, ...graph.parameters].map((leaf) => leaf.value),
  ...graph.nodes.flatMap((node) => node.outputs),
];

/** What top-k, NMS and sampling chose: outputs too, or inputs; computed and forgotten where neither. */
export type Selections = "exposed" | "held";

export function withSelections(graph: Graph, selections?: Selections): Graph {
  if (selections === "exposed") return graph;
  return selections === "held" ? holdSelections(graph) : dropSelections(graph);
}

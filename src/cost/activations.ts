/** How much the parts of a model hand to each other: the activations of a forward pass. */
import { pathOf } from "../ir/origin.ts";
import type { Graph, Node, Value, ValueId } from "../ir/types.ts";
import { bytesOf } from "../passes/plan-memory.ts";

/**
 * Bytes by path: of each value that one layer computes and another layer, or the caller, reads. What a layer needs only
 * within itself is left out, and a reshaped value counts once. `isCounted` leaves out nodes.
 */
export function activationBytes(
  graph: Graph,
  isCounted: (node: Node) => boolean,
): ReadonlyMap<string, number> {
  const makers = makersOf(graph);
  const read = new Map<ValueId, { readonly node: Node; readonly value: Value }>();
  const note = (id: ValueId, reader: string | undefined): void => {
    const made = makers.get(id);
    if (made && pathOf(made.node.origin) !== reader) read.set(made.value.id, made);
  };
  for (const { op, inputs, origin } of graph.nodes) {
    // A reshape is the value itself: whoever reads it reads what it was made of.
    if (op !== "reshape") for (const { id } of inputs) note(id, pathOf(origin));
  }
  for (const { value } of graph.outputs) note(value.id, undefined);
  const bytes = new Map<string, number>();
  for (const { node, value } of read.values()) {
    if (!isCounted(node)) continue;
    const path = pathOf(node.origin);
    bytes.set(path, (bytes.get(path) ?? 0) + bytesOf(value));
  }
  return bytes;
}

/** The node behind each value, through reshapes; none for inputs, parameters and constants. */
function makersOf(graph: Graph): ReadonlyMap<ValueId, { readonly node: Node; readonly value: Value }> {
  const makers = new Map<ValueId, { readonly node: Node; readonly value: Value }>();
  for (const node of graph.nodes) {
    if (node.op === "constant") continue;
    const source = node.op === "reshape" ? makers.get(node.inputs[0]!.id) : undefined;
    if (node.op === "reshape" && !source) continue;
    for (const value of node.outputs) makers.set(value.id, source ?? { node, value });
  }
  return makers;
}

/** Sections: the part of a graph between named places, to be run on inputs of one's own. */
import type { Graph, GraphInput, Node, Value, ValueId } from "../ir/types.ts";
import { invariant } from "../support/invariant.ts";
import { eliminateDeadCode } from "./eliminate-dead-code.ts";

/** Where a section begins and ends, by the names that its inputs and outputs take. */
export interface Cut {
  readonly from: Readonly<Record<string, Value>>;
  readonly to: Readonly<Record<string, Value>>;
}

/** The graph `name` that computes `to` out of `from`, of the inputs and parameters of `graph` those that it needs; no updates. */
export function section(graph: Graph, name: string, { from, to }: Cut): Graph {
  const made = graph.nodes.flatMap((node) => node.outputs);
  const leaves = [...graph.inputs, ...graph.parameters].map((leaf) => leaf.value);
  let next = 1 + Math.max(...[...leaves, ...made].map(({ id }) => id));
  const renewed = new Map<ValueId, Value>();
  const inputs: GraphInput[] = Object.entries(from).map(([given, { id, type }]) => {
    invariant(!renewed.has(id), `a section begins twice at the value of \`${given}\``);
    const value: Value = { id: next++ as ValueId, type };
    renewed.set(id, value);
    return { name: given, value, summary: "the beginning of a section" };
  });
  const renew = (value: Value): Value => renewed.get(value.id) ?? value;
  const nodes: readonly Node[] = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renew) }));
  const outputs = Object.entries(to).map(([given, value]) => ({
    name: given,
    value: renew(value),
    summary: "the end of a section",
  }));
  return withoutUnusedLeaves(
    eliminateDeadCode.run({
      name,
      inputs: [...inputs, ...graph.inputs],
      parameters: graph.parameters,
      nodes,
      outputs,
      updates: [],
    }),
  );
}

function withoutUnusedLeaves(graph: Graph): Graph {
  const used = new Set(
    [...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map(({ value }) => value)].map(
      ({ id }) => id,
    ),
  );
  const isUsed = ({ value }: { readonly value: Value }): boolean => used.has(value.id);
  return {
    ...graph,
    inputs: graph.inputs.filter(isUsed),
    parameters: graph.parameters.filter(isUsed),
  };
}

/** Whether the nodes of a place belong to a part of a graph. */
export type Belongs = (place: string) => boolean;

/** What a part of a graph makes, in order. */
export const valuesOf = (graph: Graph, belongs: Belongs): readonly Value[] =>
  graph.nodes.filter((node) => belongs(placeOf(node))).flatMap((node) => node.outputs);

/** What a part of a graph gives to the rest: values that it makes and others read, in order. */
export function resultsOf(graph: Graph, belongs: Belongs): readonly Value[] {
  const others = graph.nodes.filter((node) => !belongs(placeOf(node)));
  const read = [...graph.outputs.map(({ value }) => value), ...others.flatMap((node) => node.inputs)];
  const given = new Set<ValueId>(read.map(({ id }) => id));
  return valuesOf(graph, belongs).filter(({ id }) => given.has(id));
}

/** The path of the config that a node comes from, or what made it. */
const placeOf = ({ origin }: Node): string => (origin.kind === "source" ? origin.path : origin.by);

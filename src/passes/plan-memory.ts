/** Plans memory: when each value may be given up, and how much is held at most. */
import { sizeOf } from "../ir/tensor-type.ts";
import type { Graph, Value, ValueId } from "../ir/types.ts";

export interface MemoryPlan {
  /** Of each node, the values that no later node, output or update reads, its own unused outputs included. */
  readonly dies: readonly (readonly Value[])[];
  /** Bytes of inputs and computed values held at once, at most; constants and parameters are held throughout and not counted. */
  readonly peakBytes: number;
}

const elementBytes = { f32: 4, i32: 4, bool: 1 } as const;

export const bytesOf = ({ type }: Value): number => sizeOf(type.shape) * elementBytes[type.dtype];

/** Parameters and constants never die: they outlive the run. */
export function planMemory(graph: Graph): MemoryPlan {
  const kept = new Set<ValueId>([...graph.outputs, ...graph.updates].map(({ value }) => value.id));
  for (const { value } of graph.parameters) kept.add(value.id);
  const constants = graph.nodes.filter((node) => node.op === "constant").flatMap((node) => node.outputs);
  for (const value of constants) kept.add(value.id);
  const dies: Value[][] = [];
  for (const node of graph.nodes.toReversed()) {
    const last = new Map([...node.inputs, ...node.outputs].map((value) => [value.id, value]));
    const dying = [...last.values()].filter((value) => !kept.has(value.id));
    for (const value of dying) kept.add(value.id);
    dies.push(dying);
  }
  dies.reverse();
  return { dies, peakBytes: peakOf(graph, dies) };
}

function peakOf(graph: Graph, dies: readonly (readonly Value[])[]): number {
  const total = (values: readonly Value[]) => values.reduce((sum, value) => sum + bytesOf(value), 0);
  let held = total(graph.inputs.map((input) => input.value));
  let peak = held;
  graph.nodes.forEach((node, i) => {
    if (node.op !== "constant") held += total(node.outputs);
    peak = Math.max(peak, held);
    held -= total(dies[i]!);
  });
  return peak;
}

/** Plans memory: when each value may be given up, and how much is held at most. */
import { heldBytes, releasesOf } from "../ir/liveness.ts";
import { sizeOf } from "../ir/tensor-type.ts";
import type { Graph, Value, ValueId } from "../ir/types.ts";

export interface MemoryPlan {
  /** Of each node, the values that no later node, output or update reads, its own unused outputs included. */
  readonly dies: readonly (readonly Value[])[];
  /** Bytes of inputs and computed values held at once, at most; constants and parameters are held throughout and not counted. */
  readonly peakBytes: number;
  /** Of each node, the bytes that are held when it has run; as for the peak. */
  readonly held: readonly number[];
}

const elementBytes = { f32: 4, i32: 4, bool: 1 } as const;

export const bytesOf = ({ type }: Value): number => sizeOf(type.shape) * elementBytes[type.dtype];

/** Parameters and constants never die: they outlive the run. */
export function planMemory(graph: Graph): MemoryPlan {
  const values = new Map<ValueId, Value>();
  const idsOf = (list: readonly Value[]) =>
    list.map((value) => {
      values.set(value.id, value);
      return value.id;
    });
  const inputs = idsOf(graph.inputs.map(({ value }) => value));
  const steps = graph.nodes.map(({ op, inputs, outputs }) => ({
    reads: idsOf(inputs),
    makes: op === "constant" ? [] : idsOf(outputs),
  }));
  const kept = new Set(
    [...graph.outputs, ...graph.updates, ...graph.parameters].map(({ value }) => value.id),
  );
  for (const { op, outputs } of graph.nodes) if (op === "constant") kept.add(outputs[0]!.id);
  const releases = releasesOf(steps, kept);
  const size = (id: ValueId) => bytesOf(values.get(id)!);
  const fed = inputs.reduce((sum, id) => sum + size(id), 0);
  const held = heldBytes(steps, releases, size, fed);
  return {
    dies: releases.map((ids) => ids.map((id) => values.get(id)!)),
    peakBytes: held.reduce((most, bytes) => Math.max(most, bytes), fed),
    held,
  };
}

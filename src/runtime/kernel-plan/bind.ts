/** A call of a plan bound to its kernel: it reads and fills a table of slots. */

import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Attributes } from "../../ir/types.ts";
import type { PlanCall } from "../../targets/artifact.ts";
import { RuntimeFault } from "../fault.ts";
import type { Heap, Operands, Tensor } from "../heap.ts";
import { ownKernel } from "../kernels/index.ts";

/** Runs the call on the table, and drops what no later call reads. */
export type BoundCall = (table: Map<number, Tensor>) => void;

/** Throws a `RuntimeFault` where the back end lacks the kernel. */
export function bindCall(heap: Heap, call: PlanCall): BoundCall {
  const compute = bindOwn(heap, call) ?? bindStock(heap, call);
  return (table) => {
    const results = compute(table);
    call.outputs.forEach(({ slot }, index) => {
      table.set(slot, results[index]!);
    });
    for (const slot of call.release) {
      heap.drop(table.get(slot)!);
      table.delete(slot);
    }
  };
}

type Compute = (table: ReadonlyMap<number, Tensor>) => readonly Tensor[];

function bindOwn(heap: Heap, call: PlanCall): Compute | undefined {
  const kernel = ownKernel(call.kernel, heap);
  if (!kernel) return undefined;
  const slots = Object.values(call.inputs).flat();
  const attributes = call.attributes as Attributes;
  return (table) =>
    kernel(
      heap,
      slots.map((slot) => table.get(slot)!),
      attributes,
      call.outputs,
    );
}

function bindStock(heap: Heap, call: PlanCall): Compute {
  const { kernel, attributes, outputs } = call;
  if (!heap.hasKernel(kernel)) {
    throw new RuntimeFault(
      diagnose(runtimeCodes, "runtime/kernel-missing", { backend: heap.backend, kernel }),
    );
  }
  const list = call.inputs["..."];
  const named = Object.entries(call.inputs) as [string, number][];
  return (table) => {
    const operands: Operands = Array.isArray(list)
      ? list.map((slot: number) => table.get(slot)!)
      : Object.fromEntries(named.map(([name, slot]) => [name, table.get(slot)!]));
    return heap.run(kernel, operands, attributes, outputs);
  };
}

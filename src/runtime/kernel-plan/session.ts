/** A session over a kernel plan: variables live as tensors, calls run in order, each tensor goes when the plan says. */

import { runtimeCodes } from "../../diagnostics/codes/runtime.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { KernelPlan, PlanFunction } from "../../targets/artifact.ts";
import { startCpu } from "../cpu/start.ts";
import { RuntimeFault } from "../fault.ts";
import { bytesOf, checkFeeds, checkNames, checkState } from "../feeds.ts";
import type { Heap, Tensor } from "../heap.ts";
import type { HostTensor, HostTensors, Session, WorkEvent } from "../session.ts";
import { startWasm, type WasmOptions } from "../wasm/start.ts";
import { type BoundCall, bindCall } from "./bind.ts";
import { checkMemory } from "./memory.ts";

interface OpenFunction {
  readonly plan: PlanFunction;
  readonly constants: readonly Tensor[];
  readonly calls: readonly BoundCall[];
}

type State = Map<string, Tensor>;

export interface KernelPlanOptions extends WasmOptions {
  readonly backend: "wasm" | "cpu";
}

/** Opens `plan` with unset variables. Throws a `RuntimeFault` where it needs more memory, or kernels, than the back end has. */
export async function openKernelPlan(plan: KernelPlan, options: KernelPlanOptions): Promise<Session> {
  const { backend } = options;
  checkMemory(plan, backend);
  const heap = backend === "wasm" ? await startWasm(options) : await startCpu();
  const entries = Object.entries(plan.functions).map(
    ([name, each]) => [name, openFunction(heap, each)] as const,
  );
  const functions = new Map(entries);
  const { signatures } = plan;
  const state: State = new Map();
  return {
    backend,
    signatures,
    write: async (values) => {
      checkState(signatures, values);
      for (const [name, value] of Object.entries(values)) setVariable(heap, state, name, heap.write(value));
    },
    read: async (names) => {
      const entries = checkNames(signatures, names).map(
        (name) => [name, heap.read(variable(state, name))] as const,
      );
      return Object.fromEntries(entries);
    },
    run: async (name, feeds) => {
      checkFeeds(signatures, name, feeds);
      return runFunction(heap, functions.get(name)!, state, feeds);
    },
    watch: async (name, feeds) => {
      checkFeeds(signatures, name, feeds);
      const { calls, events } = watchedCalls(functions.get(name)!);
      const outputs = runFunction(heap, { ...functions.get(name)!, calls }, state, feeds);
      return { outputs, events };
    },
    memory: async () => {
      const own = [...state.values(), ...[...functions.values()].flatMap((each) => each.constants)];
      const bytes = own.reduce((sum, tensor) => sum + bytesOf(tensor.dtype, tensor.shape), 0);
      return { tensors: heap.held(), bytes };
    },
    close: async () => {
      for (const tensor of [...state.values(), ...[...functions.values()].flatMap((each) => each.constants)])
        heap.drop(tensor);
      state.clear();
      functions.clear();
    },
  };
}

const openFunction = (heap: Heap, plan: PlanFunction): OpenFunction => ({
  plan,
  calls: plan.calls.map((call) => bindCall(heap, call)),
  constants: plan.constants.map(({ dtype, shape, data }) =>
    heap.write({ dtype, shape, data: new arrayTypes[dtype](data) }),
  ),
});

/** Calls that note when each began and how long it took: kernels return when they are done. */
function watchedCalls({ plan, calls }: OpenFunction) {
  const events: WorkEvent[] = [];
  const begin = performance.now();
  const watched = calls.map((call, index): BoundCall => {
    const { kernel } = plan.calls[index]!;
    return (table) => {
      const start = performance.now();
      call(table);
      const duration = 1000 * (performance.now() - start);
      events.push({ name: String(index), kernel, thread: 0, start: 1000 * (start - begin), duration });
    };
  });
  return { calls: watched, events };
}

const arrayTypes = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

function setVariable(heap: Heap, state: State, name: string, tensor: Tensor): void {
  const old = state.get(name);
  if (old) heap.drop(old);
  state.set(name, tensor);
}

function variable(state: State, name: string): Tensor {
  const tensor = state.get(name);
  if (!tensor) throw new RuntimeFault(diagnose(runtimeCodes, "runtime/unset-variable", { name }));
  return tensor;
}

function runFunction(
  heap: Heap,
  { plan, constants, calls }: OpenFunction,
  state: State,
  feeds: HostTensors,
): HostTensors {
  const table = new Map<number, Tensor>();
  for (const { name, slot } of plan.parameters) table.set(slot, variable(state, name));
  plan.constants.forEach(({ slot }, index) => {
    table.set(slot, constants[index]!);
  });
  const lent = new Set(table.keys());
  try {
    for (const { name, slot } of plan.inputs) table.set(slot, heap.write(feeds[name]!));
    for (const call of calls) call(table);
    const outputs = plan.outputs.map(({ name, slot }): [string, HostTensor] => [
      name,
      heap.read(table.get(slot)!),
    ]);
    for (const { parameter, slot } of plan.updates) {
      setVariable(heap, state, parameter, table.get(slot)!);
      table.delete(slot);
    }
    return Object.fromEntries(outputs);
  } finally {
    for (const [slot, tensor] of table) if (!lent.has(slot)) heap.drop(tensor);
  }
}

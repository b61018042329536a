/** The signatures of a program: what each function takes and gives, and the state that all of them share. */

import type { Graph, GraphParameter, Value } from "../ir/types.ts";
import { invariant } from "../support/invariant.ts";
import type { FunctionSpec, Program, Signatures, StateSpec, TensorSpec } from "./artifact.ts";

/** Parameters of the same name in several functions are one variable; its shape and role must agree. */
export function signaturesOf(program: Program): Signatures {
  const state = new Map<string, StateSpec>();
  for (const graph of Object.values(program.functions)) {
    for (const parameter of graph.parameters) addState(state, parameter);
  }
  const functions = Object.entries(program.functions).map(
    ([name, graph]) => [name, functionSpec(graph)] as const,
  );
  return { name: program.name, functions: Object.fromEntries(functions), state: [...state.values()] };
}

function addState(state: Map<string, StateSpec>, parameter: GraphParameter): void {
  const { name, role, initializer, value } = parameter;
  const { dtype, shape } = value.type;
  invariant(dtype === "f32", `parameter ${name} is ${dtype}; variables are f32`);
  const known = state.get(name);
  if (!known) {
    state.set(name, { name, role, shape, initializer });
    return;
  }
  const same = known.role === role && known.shape.join() === shape.join();
  invariant(
    same,
    `parameter ${name} is ${known.role}[${known.shape}] in one function and ${role}[${shape}] in another`,
  );
}

const functionSpec = (graph: Graph): FunctionSpec => ({
  inputs: graph.inputs.map(tensorSpec),
  outputs: graph.outputs.map(tensorSpec),
});

const tensorSpec = (port: { name: string; value: Value; summary: string }): TensorSpec => ({
  name: port.name,
  dtype: port.value.type.dtype,
  shape: port.value.type.shape,
  summary: port.summary,
});

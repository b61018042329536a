/** The one way to make graphs: a method per op, typed from the registry, which infers types as it goes. */

import { describeOrigin } from "../ir/origin.ts";
import { printType, sameShape, sameType } from "../ir/tensor-type.ts";
import type {
  Attributes,
  DType,
  Graph,
  GraphInput,
  GraphParameter,
  Node,
  Origin,
  ParameterInitializer,
  TensorType,
  Update,
  Value,
  ValueId,
} from "../ir/types.ts";
import { CompilerBug, invariant } from "../support/invariant.ts";
import { ConstraintViolation, type OpDef } from "./define.ts";
import { type OpName, opNamed, ops } from "./index.ts";
import { signatureFault } from "./signature.ts";

/** A plain number becomes a constant of the other operand's dtype where an op broadcasts. */
type Operand<D> = D extends { readonly broadcasts: true } ? Value | number : Value;

type Operands<D, I extends readonly string[]> = I extends readonly [`...${string}`, ...infer Rest]
  ? readonly [readonly Value[], ...{ [K in keyof Rest]: Value }]
  : { readonly [K in keyof I]: Operand<D> };

type Method<D> =
  D extends OpDef<infer I, infer A, infer O>
    ? (
        ...operands: [...Operands<D, I>, ...(keyof A extends never ? [] : [attributes: Readonly<A>])]
      ) => O extends readonly [TensorType] ? Value : { readonly [K in keyof O]: Value }
    : never;

type Methods = { readonly [K in Exclude<OpName, "constant">]: Method<(typeof ops)[K]> };

interface Core {
  input(name: string, type: TensorType, summary: string): Value;
  /** An f32 parameter; the same name again gives the same value. */
  parameter(
    name: string,
    role: GraphParameter["role"],
    shape: readonly number[],
    initializer: ParameterInitializer,
  ): Value;
  constant(data: ArrayLike<number>, dtype: DType, shape: readonly number[]): Value;
  output(name: string, value: Value, summary: string): void;
  /** After a run, the parameter holds `value`. */
  update(parameter: string, value: Value): void;
  /** After a run, the parameter holds `next` of what it would hold without this; each call goes on from the last. */
  renew(parameter: string, next: (held: Value) => Value): void;
  /** The same graph under construction; its nodes carry `origin`. */
  at(origin: Origin): Builder;
  /** Untyped: for readers and rewriters. */
  apply(op: string, inputs: readonly Value[], attributes: Attributes): readonly Value[];
  build(): Graph;
}

export type Builder = Core & Methods;

interface State {
  readonly name: string;
  readonly inputs: GraphInput[];
  readonly parameters: Map<string, GraphParameter>;
  readonly nodes: Node[];
  readonly outputs: Map<string, Graph["outputs"][number]>;
  readonly updates: Map<string, Update>;
  nextId: number;
}

/** Starts an empty graph, or goes on from `from`, whose values stay valid. Throws `CompilerBug` on a broken constraint. */
export function createBuilder(name: string, from?: Graph): Builder {
  return viewOf(from ? stateOf(name, from) : emptyState(name), { kind: "made", by: name });
}

const emptyState = (name: string): State => ({
  name,
  inputs: [],
  parameters: new Map(),
  nodes: [],
  outputs: new Map(),
  updates: new Map(),
  nextId: 0,
});

function stateOf(name: string, graph: Graph): State {
  const leaves = [...graph.inputs, ...graph.parameters].map((leaf) => leaf.value);
  const values = [...leaves, ...graph.nodes.flatMap((node) => node.outputs)];
  return {
    name,
    inputs: [...graph.inputs],
    parameters: new Map(graph.parameters.map((parameter) => [parameter.name, parameter])),
    nodes: [...graph.nodes],
    outputs: new Map(graph.outputs.map((output) => [output.name, output])),
    updates: new Map(graph.updates.map((update) => [update.parameter, update])),
    nextId: values.reduce((next, value) => Math.max(next, value.id + 1), 0),
  };
}

function viewOf(state: State, origin: Origin): Builder {
  const core: Core = {
    input: (name, type, summary) => addInput(state, name, type, summary),
    parameter: (name, role, shape, initializer) =>
      addParameter(state, origin, name, role, shape, initializer),
    constant: (data, dtype, shape) =>
      addNode(state, origin, "constant", [], { data: typedData(dtype, data), shape })[0]!,
    output: (name, value, summary) => {
      invariant(!state.outputs.has(name), `Output ${name} of ${state.name} is given twice.`);
      state.outputs.set(name, { name, value, summary });
    },
    update: (parameter, value) => addUpdate(state, parameter, value),
    renew: (parameter, next) => renewUpdate(state, parameter, next),
    at: (other) => viewOf(state, other),
    apply: (op, inputs, attributes) => addNode(state, origin, op, inputs, attributes),
    build: () => ({
      name: state.name,
      inputs: [...state.inputs],
      parameters: [...state.parameters.values()],
      nodes: [...state.nodes],
      outputs: [...state.outputs.values()],
      updates: [...state.updates.values()],
    }),
  };
  return Object.assign(Object.create(methods), core) as Builder;
}

/** Every view has the methods of all ops from here: a view is made for each node that a pass looks at. */
const methods = Object.fromEntries(
  Object.values<OpDef>(ops)
    .filter(({ name }) => name !== "constant")
    .map((op) => [op.name, methodOf(op)]),
);

/** The runtime side of `Method`: sorts the arguments into inputs and attributes. */
function methodOf(op: OpDef): (this: Core, ...operands: unknown[]) => Value | readonly Value[] {
  const variadic = op.inputs[0]?.name.startsWith("...") === true;
  return function (...operands) {
    const given = operands.slice(0, op.inputs.length) as (Value | number)[];
    const listed = variadic ? [...(given[0] as unknown as Value[]), ...given.slice(1)] : given;
    const outputs = this.apply(
      op.name,
      op.broadcasts ? withConstants(this, listed) : (listed as Value[]),
      (operands[op.inputs.length] ?? {}) as Attributes,
    );
    return outputs.length === 1 && !op.listOutput ? outputs[0]! : outputs;
  };
}

/** A number takes the dtype of the last operand that is a value (`select` has its condition first). */
function withConstants(core: Core, operands: readonly (Value | number)[]): Value[] {
  const dtype = operands.findLast((operand) => typeof operand !== "number")?.type.dtype;
  invariant(dtype, "At least one operand must be a value.");
  return operands.map((operand) =>
    typeof operand === "number" ? core.constant([operand], dtype, []) : operand,
  );
}

function addInput(state: State, name: string, type: TensorType, summary: string): Value {
  invariant(
    !state.inputs.some((input) => input.name === name) && !state.parameters.has(name),
    `Input ${name} of ${state.name} is declared twice.`,
  );
  const value = freshValue(state, type);
  state.inputs.push({ name, value, summary });
  return value;
}

function addParameter(
  state: State,
  origin: Origin,
  name: string,
  role: GraphParameter["role"],
  shape: readonly number[],
  initializer: ParameterInitializer,
): Value {
  const known = state.parameters.get(name);
  if (known) {
    invariant(
      known.role === role && sameShape(known.value.type.shape, shape),
      `Parameter ${name} of ${state.name} is declared again as ${role} ${printType({ dtype: "f32", shape })}, was ${known.role} ${printType(known.value.type)}.`,
    );
    return known.value;
  }
  invariant(
    !state.inputs.some((input) => input.name === name),
    `Parameter ${name} has the name of an input.`,
  );
  const value = freshValue(state, { dtype: "f32", shape });
  state.parameters.set(name, { name, role, value, initializer, origin });
  return value;
}

function addUpdate(state: State, parameter: string, value: Value): void {
  const known = state.parameters.get(parameter);
  invariant(known, `Update of ${parameter}, which ${state.name} has no parameter of.`);
  invariant(
    sameType(known.value.type, value.type),
    `Update of ${parameter}, a ${printType(known.value.type)}, with ${printType(value.type)}.`,
  );
  invariant(!state.updates.has(parameter), `Parameter ${parameter} is updated twice.`);
  state.updates.set(parameter, { parameter, value });
}

function renewUpdate(state: State, parameter: string, next: (held: Value) => Value): void {
  const held = state.updates.get(parameter)?.value ?? state.parameters.get(parameter)?.value;
  invariant(held, `Renewal of ${parameter}, which ${state.name} has no parameter of.`);
  state.updates.delete(parameter);
  addUpdate(state, parameter, next(held));
}

function addNode(
  state: State,
  origin: Origin,
  name: string,
  inputs: readonly Value[],
  attributes: Attributes,
): readonly Value[] {
  const types = inferAt(opNamed(name), inputs, attributes, origin);
  const outputs = types.map((type) => freshValue(state, type));
  state.nodes.push({ op: name, inputs, attributes, outputs, origin });
  return outputs;
}

function inferAt(
  op: OpDef,
  inputs: readonly Value[],
  attributes: Attributes,
  origin: Origin,
): readonly TensorType[] {
  const fault = signatureFault(op, inputs.length, attributes);
  invariant(!fault, `${op.name} at ${describeOrigin(origin)} ${fault}.`);
  const types = inputs.map((input) => input.type);
  try {
    return op.infer(types, attributes);
  } catch (error) {
    if (!(error instanceof ConstraintViolation)) throw error;
    throw new CompilerBug(
      `${op.name}(${types.map(printType).join(", ")}) at ${describeOrigin(origin)} breaks ${error.message}`,
    );
  }
}

function freshValue(state: State, type: TensorType): Value {
  return { id: state.nextId++ as ValueId, type };
}

function typedData(dtype: DType, data: ArrayLike<number>): Float32Array | Int32Array | Uint8Array {
  if (dtype === "f32") return Float32Array.from(data);
  return dtype === "i32" ? Int32Array.from(data) : Uint8Array.from(data);
}

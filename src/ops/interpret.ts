/** Runs a graph by the references of its ops, one node after another: what every back end is measured against. */
import { printType, sizeOf } from "../ir/tensor-type.ts";
import type { Attributes, Graph, TensorType, Value, ValueId } from "../ir/types.ts";
import { invariant } from "../support/invariant.ts";
import type { OpDef, TensorData } from "./define.ts";
import { opNamed } from "./index.ts";

/** What f32 tensors are held in: with `f64`, rounding drowns no finite difference. */
export type Precision = "f32" | "f64";

export interface InterpretOptions {
  readonly precision?: Precision;
  /** Is shown each result, before those that nothing reads any more are let go. */
  readonly observe?: (value: Value, data: TensorData) => void;
}

export interface Interpreted {
  readonly outputs: Readonly<Record<string, TensorData>>;
  /** New contents of the parameters that the graph updates. */
  readonly updates: Readonly<Record<string, TensorData>>;
}

/**
 * `feeds` holds every input and parameter by name, row-major; arrays of the right kind are used without a copy and
 * never written. Throws `CompilerBug` where a feed is missing or of another length than its type says.
 */
export function interpret(
  graph: Graph,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
  { precision = "f32", observe }: InterpretOptions = {},
): Interpreted {
  const held = new Map<ValueId, TensorData>();
  const look = (value: Value): TensorData => {
    const data = held.get(value.id);
    invariant(data, `Value %${value.id} of ${graph.name} is read before it is made.`);
    return data;
  };
  for (const { name, value } of [...graph.inputs, ...graph.parameters]) {
    held.set(value.id, feedOf(graph, name, value.type, feeds[name], precision));
  }
  const lastUse = lastUses(graph);
  graph.nodes.forEach((node, at) => {
    const results = runOp(
      opNamed(node.op),
      node.inputs.map(look),
      node.attributes,
      node.outputs.map((value) => value.type),
      precision,
    );
    node.outputs.forEach((value, i) => {
      held.set(value.id, results[i]!);
      observe?.(value, results[i]!);
    });
    for (const value of [...node.inputs, ...node.outputs]) {
      if ((lastUse.get(value.id) ?? at) === at) held.delete(value.id);
    }
  });
  return {
    outputs: Object.fromEntries(graph.outputs.map(({ name, value }) => [name, look(value)])),
    updates: Object.fromEntries(graph.updates.map(({ parameter, value }) => [parameter, look(value)])),
  };
}

/** Runs one op by its reference. */
export function runOp(
  op: OpDef,
  inputs: readonly TensorData[],
  attributes: Attributes,
  types: readonly TensorType[] = op.infer(
    inputs.map((input) => input.type),
    attributes,
  ),
  precision: Precision = "f32",
): readonly TensorData[] {
  const outputs = types.map((type) => ({ type, data: allocate(type, precision) }));
  op.reference(inputs, attributes, outputs);
  return outputs;
}

/** Row-major numbers as a tensor of that type; an array of the right kind is used as it is. */
export function tensorOf(
  type: TensorType,
  data: ArrayLike<number>,
  precision: Precision = "f32",
): TensorData {
  const empty = allocate({ dtype: type.dtype, shape: [0] }, precision);
  if (Object.getPrototypeOf(data) === Object.getPrototypeOf(empty))
    return { type, data: data as TensorData["data"] };
  const copy = allocate(type, precision);
  copy.set(data);
  return { type, data: copy };
}

function allocate({ dtype, shape }: TensorType, precision: Precision): TensorData["data"] {
  const size = sizeOf(shape);
  if (dtype === "i32") return new Int32Array(size);
  if (dtype === "bool") return new Uint8Array(size);
  return precision === "f64" ? new Float64Array(size) : new Float32Array(size);
}

function feedOf(
  graph: Graph,
  name: string,
  type: TensorType,
  data: ArrayLike<number> | undefined,
  precision: Precision,
): TensorData {
  invariant(data, `${graph.name} is run without ${name}.`);
  invariant(
    data.length === sizeOf(type.shape),
    `${name} is fed ${data.length} numbers for a ${printType(type)}.`,
  );
  return tensorOf(type, data, precision);
}

/** Index of the last node that reads each value; outputs and updates are never let go. */
function lastUses({ nodes, outputs, updates }: Graph): Map<ValueId, number> {
  const last = new Map<ValueId, number>();
  nodes.forEach((node, at) => {
    for (const input of node.inputs) last.set(input.id, at);
  });
  for (const { value } of [...outputs, ...updates]) last.set(value.id, nodes.length);
  return last;
}

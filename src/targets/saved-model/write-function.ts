/** Writes one graph as TensorFlow nodes over the shared variables. */
import type { Graph, Node, TensorType, ValueId } from "../../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "../../ops/define.ts";
import { opNamed } from "../../ops/index.ts";
import { invariant } from "../../support/invariant.ts";
import { type GraphWriter, legalName, typeAttributes } from "./graph-writer.ts";
import { castNode, inHalf, nodesInHalf } from "./halves.ts";
import { doneNode, inputNode, nodeScope, outputNode, updateNode } from "./layout.ts";
import { findOwnConvolutions, type OwnConvolution, writeOwnConvolution } from "./own-convolutions.ts";
import { isOwnFilterGradient, writeOwnFilterGradient } from "./own-filter-gradient.ts";
import { isOwnRoiAlign, writeOwnRoiAlign } from "./own-roi-align.ts";

/** Handles of the variables, by name. */
export type Variables = ReadonlyMap<string, TensorflowRef>;

export interface WriteOptions {
  readonly variables: Variables;
  /** Whether nodes may be of the ops that `rcnn native install` compiles. */
  readonly ownKernels: boolean;
}

interface Scope {
  readonly name: string;
  readonly graph: Graph;
  readonly writer: GraphWriter;
  readonly variables: Variables;
  readonly values: Map<ValueId, TensorflowRef>;
  /** Values that are held in bfloat16. */
  readonly halves: Map<ValueId, TensorflowRef>;
  readonly parameterOf: ReadonlyMap<ValueId, string>;
  /** The one read of each variable, made where a value is first needed. */
  readonly reads: Map<string, TensorflowRef>;
}

/**
 * Inputs are placeholders, outputs are identities that run after the updates. A variable is read once, and updated after
 * every reader: otherwise TensorFlow, which shares the buffer with its readers, copies it before the update.
 */
export function writeFunction(
  writer: GraphWriter,
  name: string,
  graph: Graph,
  { variables, ownKernels }: WriteOptions,
): void {
  const scope: Scope = {
    name: legalName(name),
    graph,
    writer,
    variables,
    values: new Map(),
    halves: new Map(),
    parameterOf: new Map(graph.parameters.map((parameter) => [parameter.value.id, parameter.name])),
    reads: new Map(),
  };
  for (const input of graph.inputs) {
    scope.values.set(
      input.value.id,
      writer.add(inputNode(name, input.name), "Placeholder", [], typeAttributes(input.value.type)),
    );
  }
  const fused = momentumUpdates(scope);
  const halved = nodesInHalf(graph);
  const own = ownKernels ? findOwnConvolutions(graph, halved) : undefined;
  graph.nodes.forEach((node, index) => {
    if (fused.has(node) || own?.inside.has(node)) return;
    const inner = writer.within(nodeScope(scope.name, index, node.op));
    const convolution = own?.byLast.get(node);
    if (convolution) writeOwn(scope, node, inner, convolution);
    else if (own && isOwnRoiAlign(node)) {
      const inputs = node.inputs.map(({ id }) => referenceTo(scope, id));
      scope.values.set(node.outputs[0]!.id, writeOwnRoiAlign(inner, inputs, node));
    } else if (own && isOwnFilterGradient(node)) {
      const inputs = node.inputs.map(({ id }) => referenceTo(scope, id));
      scope.values.set(node.outputs[0]!.id, writeOwnFilterGradient(inner, inputs));
    } else if (node.op === "roundBfloat16") roundNode(scope, node, inner);
    else writeNode(scope, node, inner, halved.has(node));
  });
  const updates = writeUpdates(scope, fused);
  writeOutputs(scope, updates);
}

function writeNode(scope: Scope, node: Node, writer: TensorflowWriter, half: boolean): void {
  const inputs = node.inputs.map(({ id }) => (half ? scope.halves.get(id)! : referenceTo(scope, id)));
  const outputs = opNamed(node.op).tensorflow(half ? inHalf(writer) : writer, inputs, node);
  invariant(
    outputs.length === node.outputs.length,
    `the TensorFlow mapping of ${node.op} gives ${outputs.length} outputs`,
  );
  const known = half ? scope.halves : scope.values;
  for (const [position, output] of node.outputs.entries()) known.set(output.id, outputs[position]!);
}

function writeOwn(scope: Scope, last: Node, writer: TensorflowWriter, convolution: OwnConvolution): void {
  const { node, bias, other } = convolution;
  const operands = [...node.inputs, bias, other].map((value) => value && referenceTo(scope, value.id));
  scope.values.set(last.outputs[0]!.id, writeOwnConvolution(writer, operands, convolution));
}

/** What a node gave in bfloat16 is rounded already. */
function roundNode(scope: Scope, node: Node, writer: TensorflowWriter): void {
  const [x, y] = [node.inputs[0]!.id, node.outputs[0]!.id];
  const half = scope.halves.get(x) ?? castNode(writer, referenceTo(scope, x), "f32", "bf16");
  scope.halves.set(y, half);
}

function referenceTo(scope: Scope, id: ValueId): TensorflowRef {
  const known = scope.values.get(id);
  if (known) return known;
  const half = scope.halves.get(id);
  if (half) {
    const whole = castNode(scope.writer.within(`${scope.name}/whole`), half, "bf16", "f32");
    scope.values.set(id, whole);
    return whole;
  }
  const parameter = scope.parameterOf.get(id);
  invariant(parameter !== undefined, `a value of ${scope.name} is used before it is made`);
  const read = scope.writer.add(
    `${scope.name}/read/${legalName(parameter)}`,
    "ReadVariableOp",
    [scope.variables.get(parameter)!],
    {
      dtype: { type: "f32" },
    },
  );
  scope.values.set(id, read);
  scope.reads.set(parameter, read);
  return read;
}

/** `applyMomentum` nodes that do nothing but update a parameter and its slot: one TensorFlow op does that in place. */
function momentumUpdates(scope: Scope): ReadonlySet<Node> {
  const { graph, parameterOf } = scope;
  const updated = new Map(graph.updates.map((update) => [update.value.id, update.parameter]));
  const uses = new Map<ValueId, number>();
  const taken = [
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map((o) => o.value),
    ...graph.updates.map((u) => u.value),
  ];
  for (const { id } of taken) uses.set(id, (uses.get(id) ?? 0) + 1);
  return new Set(
    graph.nodes.filter(
      (node) =>
        node.op === "applyMomentum" &&
        node.outputs.every((output, position) => {
          const parameter = parameterOf.get(node.inputs[position]!.id);
          return parameter !== undefined && updated.get(output.id) === parameter && uses.get(output.id) === 1;
        }),
    ),
  );
}

/** Gives the names of the nodes that change variables. */
function writeUpdates(scope: Scope, fused: ReadonlySet<Node>): readonly string[] {
  const byMomentum = new Set([...fused].flatMap((node) => node.outputs.map((output) => output.id)));
  const rest = scope.graph.updates.filter((update) => !byMomentum.has(update.value.id));
  // All values are asked for first, so that every read of a variable is known when its update is written.
  const values = rest.map((update) =>
    owned(scope, referenceTo(scope, update.value.id), update.value.type, update.parameter),
  );
  for (const input of [...fused].flatMap((node) => node.inputs.slice(2))) referenceTo(scope, input.id);
  const names = [...fused].map((node) => writeMomentum(scope, node));
  rest.forEach((update, index) => {
    const name = updateNode(scope.name, update.parameter);
    const handle = scope.variables.get(update.parameter)!;
    const after = readersOf(scope, update.parameter);
    scope.writer.add(name, "AssignVariableOp", [handle, values[index]!], { dtype: { type: "f32" } }, after);
    names.push(name);
  });
  return names;
}

function writeMomentum(scope: Scope, node: Node): string {
  const [parameter, slot] = node.inputs.slice(0, 2).map((input) => scope.parameterOf.get(input.id)!);
  const [gradient, rate] = node.inputs.slice(2).map((input) => referenceTo(scope, input.id));
  const name = updateNode(scope.name, parameter!);
  const momentum = scope.writer.within(scope.name).constant("f32", [], [node.attributes.momentum as number]);
  const operands = [
    scope.variables.get(parameter!)!,
    scope.variables.get(slot!)!,
    rate!,
    gradient!,
    momentum,
  ];
  const after = [...readersOf(scope, parameter!), ...readersOf(scope, slot!)];
  scope.writer.add(name, "ResourceApplyMomentum", operands, { T: { type: "f32" } }, after);
  return name;
}

/** A variable must not keep a caller's buffer, nor one of another variable: such values are copied. */
function owned(scope: Scope, value: TensorflowRef, type: TensorType, parameter: string): TensorflowRef {
  const inputs = scope.graph.inputs.map((input) => scope.values.get(input.value.id));
  const borrowed = inputs.includes(value) || [...scope.reads.values()].includes(value);
  if (!borrowed) return value;
  return scope.writer.add(`${scope.name}/copy/${legalName(parameter)}`, "DeepCopy", [value], {
    T: { type: type.dtype },
  });
}

/** The read of a variable in this function, and the nodes that work on what was read. */
function readersOf(scope: Scope, parameter: string): readonly string[] {
  const read = scope.reads.get(parameter);
  return read ? [read, ...scope.writer.readersOf(read)] : [];
}

function writeOutputs(scope: Scope, updates: readonly string[]): void {
  const { writer, graph, name } = scope;
  if (updates.length > 0) writer.add(`${name}/updates`, "NoOp", [], {}, updates);
  const after = updates.length > 0 ? [`${name}/updates`] : [];
  for (const output of graph.outputs) {
    const attributes = { T: { type: output.value.type.dtype } } as const;
    writer.add(
      outputNode(name, output.name),
      "Identity",
      [referenceTo(scope, output.value.id)],
      attributes,
      after,
    );
  }
  if (graph.outputs.length > 0) return;
  const truth = writer.within(name).constant("bool", [], [1]);
  writer.add(doneNode(name), "Identity", [truth], { T: { type: "bool" } }, after);
}

/** Whether a graph keeps the rules of the IR and of its ops. */

import { irCodes } from "../diagnostics/codes/ir.ts";
import { diagnose, type Where } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { printType, sameType } from "../ir/tensor-type.ts";
import type { Graph, Node, Origin, TensorType, Value, ValueId } from "../ir/types.ts";
import { ConstraintViolation } from "./define.ts";
import { inferTypes, opNamed, ops } from "./index.ts";
import { signatureFault } from "./signature.ts";

/**
 * Every value is defined once and before its use, types are those that the ops infer, names are used once, and an
 * update has its parameter's type. Nothing found means that the graph is sound.
 */
export function verify(graph: Graph): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const defined = new Map<ValueId, Value>();
  const define = (value: Value, where: Where) => {
    if (defined.has(value.id))
      found.push(diagnose(irCodes, "ir/defined-twice", { value: `%${value.id}` }, where));
    defined.set(value.id, value);
  };
  const use = (value: Value, where: Where) => {
    const known = defined.get(value.id);
    if (!known) found.push(diagnose(irCodes, "ir/undefined-value", { value: `%${value.id}` }, where));
    else if (!sameType(known.type, value.type))
      found.push(wrongType(`%${value.id}`, value.type, known.type, where));
  };
  for (const leaf of [...graph.inputs, ...graph.parameters]) define(leaf.value, {});
  for (const node of graph.nodes) {
    const where = placeOf(node.origin);
    for (const input of node.inputs) use(input, where);
    found.push(...verifyNode(node, where));
    for (const output of node.outputs) define(output, where);
  }
  for (const { value } of [...graph.outputs, ...graph.updates]) use(value, {});
  return [...found, ...verifyNames(graph), ...verifyUpdates(graph)];
}

function verifyNode({ op, inputs, attributes, outputs }: Node, where: Where): Diagnostic[] {
  if (!Object.hasOwn(ops, op)) return [diagnose(irCodes, "ir/unknown-op", { op }, where)];
  const fault = signatureFault(opNamed(op), inputs.length, attributes);
  if (fault) return [diagnose(irCodes, "ir/wrong-signature", { op, fault }, where)];
  const inferred = inferOr(() => inferTypes(op, inputs, attributes));
  if (typeof inferred === "string") {
    const operands = inputs.map((input) => `\`${printType(input.type)}\``).join(", ") || "nothing";
    return [diagnose(irCodes, "ir/broken-constraint", { op, operands, constraint: inferred }, where)];
  }
  const print = (types: readonly TensorType[]) => types.map(printType).join(", ");
  const types = outputs.map((output) => output.type);
  const same = types.length === inferred.length && types.every((type, i) => sameType(type, inferred[i]!));
  if (same) return [];
  return [
    diagnose(irCodes, "ir/wrong-type", { of: op, found: print(types), expected: print(inferred) }, where),
  ];
}

/** The types, or the constraint that is broken. */
function inferOr(infer: () => readonly TensorType[]): readonly TensorType[] | string {
  try {
    return infer();
  } catch (error) {
    if (error instanceof ConstraintViolation) return error.message;
    throw error;
  }
}

function verifyNames(graph: Graph): Diagnostic[] {
  const leaves = [...graph.inputs, ...graph.parameters].map(({ name }) => name);
  const outputs = graph.outputs.map(({ name }) => name);
  const updates = graph.updates.map(({ parameter }) => parameter);
  return [leaves, outputs, updates].flatMap((names) =>
    names
      .filter((name, i) => names.indexOf(name) !== i)
      .map((name) => diagnose(irCodes, "ir/defined-twice", { value: name })),
  );
}

function verifyUpdates({ parameters, updates }: Graph): Diagnostic[] {
  return updates.flatMap(({ parameter: name, value }) => {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (!parameter) return [diagnose(irCodes, "ir/unknown-parameter", { name })];
    if (sameType(parameter.value.type, value.type)) return [];
    return [wrongType(name, value.type, parameter.value.type, placeOf(parameter.origin))];
  });
}

const wrongType = (of: string, found: TensorType, expected: TensorType, where: Where): Diagnostic =>
  diagnose(irCodes, "ir/wrong-type", { of, found: printType(found), expected: printType(expected) }, where);

/** The place in a config that a node comes from in the end. */
function placeOf(origin: Origin): Where {
  if (origin.kind === "source") return { span: origin.span };
  return origin.from ? placeOf(origin.from) : {};
}

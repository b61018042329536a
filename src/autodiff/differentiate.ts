/** Reverse-mode differentiation: gradients of a scalar output with respect to every weight, as ordinary nodes. */

import { autodiffCodes } from "../diagnostics/codes/autodiff.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { describeOrigin } from "../ir/origin.ts";
import { printType } from "../ir/tensor-type.ts";
import type { Graph, Node, Origin, Value, ValueId } from "../ir/types.ts";
import { type Builder, createBuilder } from "../ops/builder.ts";
import type { InputDef } from "../ops/define.ts";
import { opNamed } from "../ops/index.ts";
import { invariant } from "../support/invariant.ts";

export interface Differentiated {
  readonly graph: Graph;
  /** By parameter name; a weight that the loss does not depend on has none. */
  readonly gradients: ReadonlyMap<string, Value>;
}

/**
 * Adds to `graph` the gradients of the scalar output named `loss` by all parameters of role `weight`. A path through
 * an input without gradient is an `autodiff/no-gradient` at the text that the node comes from.
 */
export function differentiate(graph: Graph, { loss }: { readonly loss: string }): Result<Differentiated> {
  const output = graph.outputs.find(({ name }) => name === loss);
  invariant(output, `${graph.name} has no output ${loss}.`);
  invariant(
    printType(output.value.type) === "f32[]",
    `${loss} is ${printType(output.value.type)}, not a scalar.`,
  );
  const active = dependents(graph);
  const builder = createBuilder(graph.name, graph);
  const sums = gradientSums(builder, output.value);
  const diagnostics: Diagnostic[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.inputs.some((input) => active.has(input.id))) continue;
    const view = builder.at(madeFrom(node.origin));
    const gradients = node.outputs.map((value) => sums.take(view, value));
    if (gradients.every((gradient) => gradient === undefined)) continue;
    diagnostics.push(...brokenPaths(node, active));
    if (hasErrors(diagnostics)) continue;
    const { vjp } = opNamed(node.op);
    if (vjp === "none") continue;
    vjp(view, node, gradients).forEach((gradient, i) => {
      const input = node.inputs[i]!;
      if (gradient && active.has(input.id) && inputDef(node, i).gradient === "differentiable")
        sums.add(input, gradient);
    });
  }
  if (hasErrors(diagnostics)) return { diagnostics };
  const gradients = new Map<string, Value>();
  for (const { name, role, value, origin } of graph.parameters) {
    const gradient = role === "weight" ? sums.take(builder.at(madeFrom(origin)), value) : undefined;
    if (gradient) gradients.set(name, gradient);
  }
  return { value: { graph: builder.build(), gradients }, diagnostics };
}

const madeFrom = (from: Origin): Origin => ({ kind: "made", by: "differentiate", from });

/** The definition behind the i-th operand; the first may stand for many. */
function inputDef(node: Node, i: number): InputDef {
  const { inputs } = opNamed(node.op);
  return inputs[Math.max(0, i - (node.inputs.length - inputs.length))]!;
}

/** Real values that change with a weight. Whole numbers and truth values jump, so no gradient passes them. */
function dependents(graph: Graph): ReadonlySet<ValueId> {
  const weights = graph.parameters.filter((parameter) => parameter.role === "weight");
  const active = new Set(weights.map((parameter) => parameter.value.id));
  for (const node of graph.nodes) {
    const depends = node.inputs.some(
      (input, i) => active.has(input.id) && inputDef(node, i).gradient !== "stop",
    );
    if (!depends) continue;
    for (const output of node.outputs) if (output.type.dtype === "f32") active.add(output.id);
  }
  return active;
}

function brokenPaths(node: Node, active: ReadonlySet<ValueId>): Diagnostic[] {
  const broken = node.inputs
    .map((input, i) => ({ input, def: inputDef(node, i) }))
    .find(({ input, def }) => def.gradient === "none" && active.has(input.id));
  if (!broken) return [];
  const values = {
    op: node.op,
    input: broken.def.name,
    path: describeOrigin(node.origin),
    reason: broken.def.reason ?? "it jumps",
  };
  return [diagnose(autodiffCodes, "autodiff/no-gradient", values, { span: spanOf(node.origin) })];
}

function spanOf(origin: Origin | undefined): Extract<Origin, { kind: "source" }>["span"] | undefined {
  if (origin?.kind === "made") return spanOf(origin.from);
  return origin?.span;
}

/** Gradients that have arrived at each value from its uses, to begin with 1 at the loss. */
function gradientSums(builder: Builder, loss: Value) {
  const arrived = new Map<ValueId, Value[]>([[loss.id, [builder.constant([1], "f32", [])]]]);
  return {
    add(value: Value, gradient: Value): void {
      const known = arrived.get(value.id);
      if (known) known.push(gradient);
      else arrived.set(value.id, [gradient]);
    },
    /** The sum over all uses, undefined where no gradient arrived. */
    take: (view: Builder, value: Value): Value | undefined =>
      arrived.get(value.id)?.reduce((sum, gradient) => view.add(sum, gradient)),
  };
}

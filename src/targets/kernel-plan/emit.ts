/** A program as an ordered list of TensorFlow.js kernel calls, with the point where each tensor is released. */
import type { Attributes, Graph, Node, Value, ValueId } from "../../ir/types.ts";
import type { NodeView, OpDef } from "../../ops/define.ts";
import { opNamed } from "../../ops/index.ts";
import { invariant } from "../../support/invariant.ts";
import type { KernelPlan, PlanCall, PlanFunction, Program } from "../artifact.ts";
import { signaturesOf } from "../signatures.ts";
import { type FusedConvolution, fuseConvolutions } from "./fuse.ts";
import { withReleases } from "./releases.ts";

type OpenCall = Omit<PlanCall, "release">;

/** Places of values: one slot each, numbered in the order of the graph. */
interface Slots {
  of(value: Value): number;
  fresh(): number;
}

/** Compiles every function of `program`; the plan is plain JSON but for numbers that are not finite (see `text.ts`). */
export function emitKernelPlan(program: Program): KernelPlan {
  const functions = Object.entries(program.functions).map(
    ([name, graph]) => [name, planFunction(graph)] as const,
  );
  return { kind: "kernel-plan", signatures: signaturesOf(program), functions: Object.fromEntries(functions) };
}

function planFunction(graph: Graph): PlanFunction {
  const slots = slotsOf();
  const inputs = graph.inputs.map((input) => ({ name: input.name, slot: slots.of(input.value) }));
  const parameters = graph.parameters.map((parameter) => ({
    name: parameter.name,
    slot: slots.of(parameter.value),
  }));
  const constants: PlanFunction["constants"][number][] = [];
  const calls: OpenCall[] = [];
  const { convolutions, absorbed } = fuseConvolutions(graph);
  for (const node of graph.nodes) {
    const fused = convolutions.get(node);
    if (fused) calls.push(planFused(fused, node, slots));
    else if (node.op === "constant") constants.push(planConstant(node, slots));
    else if (!absorbed.has(node)) calls.push(planCall(node, slots));
  }
  const outputs = graph.outputs.map((output) => ({ name: output.name, slot: slots.of(output.value) }));
  const copies = copiesForUpdates(graph, calls, slots);
  const updates = graph.updates.map((update) => ({
    parameter: update.parameter,
    slot: copies.slots.get(update.parameter) ?? slots.of(update.value),
  }));
  const open = { inputs, parameters, constants, calls: [...calls, ...copies.calls], outputs, updates };
  return withReleases(open);
}

function slotsOf(): Slots {
  const known = new Map<ValueId, number>();
  let next = 0;
  return {
    of: (value) => {
      const slot = known.get(value.id) ?? next++;
      known.set(value.id, slot);
      return slot;
    },
    fresh: () => next++,
  };
}

function planConstant(node: Node, slots: Slots): PlanFunction["constants"][number] {
  const value = node.outputs[0]!;
  const data = Array.from(node.attributes.data as ArrayLike<number>);
  return { slot: slots.of(value), dtype: value.type.dtype, shape: value.type.shape, data };
}

/** The kernel that runs an op by itself. */
export const kernelOf = ({ name, tfjs }: Pick<OpDef, "name" | "tfjs">): string =>
  tfjs === "reference" ? `Rcnn.${name}` : tfjs.kernel;

function planCall(node: Node, slots: Slots): OpenCall {
  const op = opNamed(node.op);
  const inputs = node.inputs.map(slots.of);
  const outputs = node.outputs.map((value) => ({ slot: slots.of(value), ...value.type }));
  if (op.tfjs === "reference") {
    const attributes = plainAttributes(node.attributes);
    return {
      kernel: kernelOf(op),
      inputs: namedInputs(
        op.inputs.map((input) => input.name),
        inputs,
      ),
      attributes,
      outputs,
    };
  }
  return {
    kernel: kernelOf(op),
    inputs: namedInputs(op.tfjs.inputs, inputs),
    attributes: stockAttributes(op, node),
    outputs,
  };
}

/** The kernel of a convolution that adds its bias and rectifies while its results are at hand. */
function planFused({ convolution, bias, activation }: FusedConvolution, last: Node, slots: Slots): OpenCall {
  const plain = planCall(convolution, slots);
  return {
    kernel: "FusedConv2D",
    inputs: { ...plain.inputs, bias: slots.of(bias) },
    attributes: { ...plain.attributes, activation },
    outputs: last.outputs.map((value) => ({ slot: slots.of(value), ...value.type })),
  };
}

function stockAttributes(op: OpDef, node: NodeView): Readonly<Record<string, unknown>> {
  invariant(op.tfjs !== "reference", `${op.name} has no stock kernel`);
  const types = (values: readonly Value[]) => values.map((value) => value.type);
  return op.tfjs.attributes?.(node.attributes, types(node.inputs), types(node.outputs)) ?? {};
}

/** Operands by name; a first name that begins with `...` takes all that the other names leave. */
function namedInputs(names: readonly string[], slots: readonly number[]): PlanCall["inputs"] {
  const [first, ...rest] = names;
  if (!first?.startsWith("...")) {
    invariant(names.length === slots.length, `${names.length} operand names for ${slots.length} operands`);
    return Object.fromEntries(names.map((name, index) => [name, slots[index]!]));
  }
  const listed = slots.length - rest.length;
  const fixed = rest.map((name, index) => [name, slots[listed + index]!] as const);
  return { [first.slice(3) || "..."]: slots.slice(0, listed), ...Object.fromEntries(fixed) };
}

function plainAttributes(attributes: Attributes): Readonly<Record<string, unknown>> {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) ? Array.from(value) : value,
  ]);
  return Object.fromEntries(entries);
}

/**
 * A variable takes over the tensor of its update, so that must be the result of a call and of one update only;
 * the others (a parameter, an input, a constant, a value that is updated twice) get a copy.
 */
function copiesForUpdates(
  graph: Graph,
  calls: readonly OpenCall[],
  slots: Slots,
): { calls: OpenCall[]; slots: Map<string, number> } {
  const free = new Set(calls.flatMap((call) => call.outputs.map((output) => output.slot)));
  const copies = { calls: [] as OpenCall[], slots: new Map<string, number>() };
  for (const { parameter, value } of graph.updates) {
    if (free.delete(slots.of(value))) continue;
    const slot = slots.fresh();
    copies.slots.set(parameter, slot);
    const outputs = [{ slot, ...value.type }];
    copies.calls.push({ kernel: "Identity", inputs: { x: slots.of(value) }, attributes: {}, outputs });
  }
  return copies;
}

/** Computes at compile time what depends on constants alone. */
import { sizeOf } from "../ir/tensor-type.ts";
import type { Node, Value } from "../ir/types.ts";
import { opNamed } from "../ops/index.ts";
import { runOp } from "../ops/interpret.ts";
import { constantTable } from "./constants.ts";
import type { Pass } from "./pass.ts";
import { madeBy, rebuild } from "./rebuild.ts";

/** A result larger than this is computed at run time, unless its operands are larger still: artifacts stay small. */
const elementLimit = 4096;
/** Operations that the plain references may take at compile time. */
const costLimit = 1e7;

export const foldConstants: Pass = {
  name: "fold-constants",
  summary: "Computes what depends on constants alone by the ops' references.",
  requires: "nothing",
  ensures: "no small node has constants for all its operands",
  run(graph) {
    const constants = constantTable();
    return rebuild(graph, (visit) => {
      const { builder, node, inputs, keep } = visit;
      if (node.op === "constant") return constants.note(visit, keep());
      const operands = inputs.map(constants.of).filter((data) => data !== undefined);
      if (operands.length < inputs.length || !isSmall(node)) return keep();
      const view = builder.at(madeBy("fold-constants", node.origin));
      const types = node.outputs.map((output) => output.type);
      return runOp(opNamed(node.op), operands, node.attributes, types).map(({ type, data }) => {
        const value = view.constant(data, type.dtype, type.shape);
        constants.add(value, data);
        return value;
      });
    });
  },
};

function isSmall(node: Node): boolean {
  const elements = (values: readonly Value[]) =>
    values.reduce((sum, value) => sum + sizeOf(value.type.shape), 0);
  const [inputs, outputs] = [node.inputs, node.outputs].map((values) => values.map((value) => value.type));
  if (opNamed(node.op).cost(inputs!, outputs!, node.attributes) > costLimit) return false;
  return elements(node.outputs) <= Math.max(elementLimit, elements(node.inputs));
}

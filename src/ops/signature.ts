/** Whether a node has as many operands, and the attributes, that its op declares. */
import type { Attributes } from "../ir/types.ts";
import type { OpDef } from "./define.ts";

/** What is wrong, as in `takes 2 operands, got 1`; undefined where nothing is. */
export function signatureFault(op: OpDef, operands: number, attributes: Attributes): string | undefined {
  const variadic = op.inputs[0]?.name.startsWith("...") === true;
  const least = op.inputs.length - (variadic ? 1 : 0);
  if (operands < least || (operands > least && !variadic)) {
    return `takes ${least}${variadic ? " or more" : ""} operands, got ${operands}`;
  }
  const list = (names: readonly string[]) => [...names].sort().join(", ") || "no attributes";
  const [declared, given] = [list(Object.keys(op.attributes)), list(Object.keys(attributes))];
  return declared === given ? undefined : `takes ${declared}, got ${given}`;
}

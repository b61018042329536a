/** Sizes and ratios, which have a height and a width. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { bindArguments } from "./bind.ts";
import type { Evaluation } from "./evaluate.ts";
import { wrongOperand } from "./operands.ts";
import type { ArgumentValue, Value } from "./values.ts";

const pairs = ["size", "ratio"] as const;
const sides = ["height", "width"] as const;

/** What `size(height, width)` or `ratio(height, width)` gives; undefined for other calls. */
export function built(
  callee: string,
  given: readonly ArgumentValue[],
  span: Span,
  context: Evaluation,
): Value | undefined {
  const kind = pairs.find((name) => name === callee);
  if (!kind) return undefined;
  const bound = bindArguments<Value>({ name: kind, parameters: sides }, given, context.report);
  const values = sides.map((side) => {
    const value = bound.get(side)?.value;
    if (value) return value.kind === "number" ? value.value : wrongOperand(value, kind, "numbers", context);
    const values = { name: kind, argument: side };
    context.report(diagnose(checkCodes, "check/missing-argument", values, { span }));
    return undefined;
  });
  const [height, width] = values;
  if (typeof height !== "number" || typeof width !== "number") return { kind: "open", span };
  return { kind, height, width, span };
}

/** The side `name` of a size or a ratio. */
export function partOf(value: Value, name: string): number | undefined {
  const side = sides.find((each) => each === name);
  return side && (value.kind === "size" || value.kind === "ratio") ? value[side] : undefined;
}

/** Operators on values. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Evaluation } from "./evaluate.ts";
import { wrongOperand } from "./operands.ts";
import { showValue, type Value } from "./values.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;
type NumberValue = Extract<Value, { readonly kind: "number" }>;

export function unary({ operator, span }: Node<"unary">, operand: Value, context: Evaluation): Value {
  if (operator === "-" && operand.kind === "number") return { ...operand, value: -operand.value, span };
  if (operator === "not" && operand.kind === "boolean")
    return { kind: "boolean", value: !operand.value, span };
  return {
    ...wrongOperand(operand, operator, operator === "-" ? "a number" : "`true` or `false`", context),
    span,
  };
}

export function binary(
  expression: Node<"binary">,
  inner: (part: Expression) => Value,
  context: Evaluation,
): Value {
  const { operator, span } = expression;
  const left = inner(expression.left);
  if (operator === "and" || operator === "or")
    return logical(operator, left, () => inner(expression.right), span, context);
  const right = inner(expression.right);
  if (left.kind === "open" || right.kind === "open") return { kind: "open", span };
  if (operator === "==" || operator === "!=") return equality(operator, left, right, span, context);
  const product = scaled(operator, left, right, span, context);
  if (product) return product;
  if (left.kind !== "number") return { ...wrongOperand(left, operator, "numbers", context), span };
  if (right.kind !== "number") return { ...wrongOperand(right, operator, "numbers", context), span };
  return arithmetic(operator, left, right, span, context);
}

function logical(
  operator: "and" | "or",
  left: Value,
  rightOf: () => Value,
  span: Span,
  context: Evaluation,
): Value {
  const wanted = "`true` or `false`";
  if (left.kind !== "boolean") return { ...wrongOperand(left, operator, wanted, context), span };
  if (left.value === (operator === "or")) return { ...left, span };
  const right = rightOf();
  return right.kind === "boolean"
    ? { ...right, span }
    : { ...wrongOperand(right, operator, wanted, context), span };
}

function equality(operator: "==" | "!=", left: Value, right: Value, span: Span, context: Evaluation): Value {
  const comparable = ["number", "size", "ratio", "text", "boolean", "none"];
  for (const value of [left, right]) {
    if (!comparable.includes(value.kind))
      return { ...wrongOperand(value, operator, "plain values", context), span };
  }
  if (left.kind === "number" && right.kind === "number" && mixes(operator, left, right))
    return mixed(operator, left, right, span, context);
  return { kind: "boolean", value: (showValue(left) === showValue(right)) === (operator === "=="), span };
}

/** `2 * [32, 64]px`, `7x7 * 2`, `(0.1..0.5) / 2`: the parts of what has parts. Undefined for plain numbers. */
function scaled(
  operator: string,
  left: Value,
  right: Value,
  span: Span,
  context: Evaluation,
): Value | undefined {
  const [many, factor] = operator === "*" && left.kind === "number" ? [right, left] : [left, right];
  if ((operator !== "*" && operator !== "/") || factor.kind !== "number") return undefined;
  const part = (value: Value): Value =>
    scaled(operator, value, factor, span, context) ??
    (value.kind === "number"
      ? arithmetic(operator, value, factor, span, context)
      : { ...wrongOperand(value, operator, "numbers", context), span });
  const side = (value: number): number => (operator === "*" ? value * factor.value : value / factor.value);
  switch (many.kind) {
    case "list":
      return { kind: "list", items: many.items.map(part), span };
    case "range":
      return { kind: "range", from: part(many.from), to: part(many.to), span };
    case "size":
      return { kind: "size", height: side(many.height), width: side(many.width), span };
    default:
      return undefined;
  }
}

function arithmetic(
  operator: string,
  left: NumberValue,
  right: NumberValue,
  span: Span,
  context: Evaluation,
): Value {
  const [a, b] = [left.value, right.value];
  if (mixes(operator, left, right)) return mixed(operator, left, right, span, context);
  if (operator === "/" && b === 0) {
    context.report(diagnose(checkCodes, "check/division-by-zero", {}, { span }));
    return { kind: "open", span };
  }
  const comparisons: Readonly<Record<string, boolean>> = {
    "<": a < b,
    "<=": a <= b,
    ">": a > b,
    ">=": a >= b,
  };
  if (operator in comparisons) return { kind: "boolean", value: comparisons[operator]!, span };
  const results: Readonly<Record<string, number>> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b };
  // `8images / 2images` is a plain number; otherwise the one unit that there is stays.
  const unit = operator === "/" && left.unit && right.unit ? undefined : (left.unit ?? right.unit);
  return { kind: "number", value: results[operator]!, ...(unit && { unit }), span };
}

/** Equal units add, compare and divide each other; a number scales any; nothing is a unit times or per another. */
function mixes(operator: string, { unit: left }: NumberValue, { unit: right }: NumberValue): boolean {
  if (operator === "*") return left !== undefined && right !== undefined;
  if (operator === "/") return right !== undefined && left !== right;
  return left !== undefined && right !== undefined && left !== right;
}

function mixed(
  operator: string,
  left: NumberValue,
  right: NumberValue,
  span: Span,
  { report }: Evaluation,
): Value {
  const related = [left, right].map((value) => ({
    message: `\`${showValue(value)}\` is ${value.declared ? "declared" : "written"} here`,
    span: value.declared ?? value.span,
  }));
  const values = { operator, left: showValue(left), right: showValue(right) };
  report(diagnose(checkCodes, "check/mixed-units", values, { span, related }));
  return { kind: "open", span };
}

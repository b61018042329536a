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
  return { kind: "boolean", value: isSame(left, right) === (operator === "=="), span };
}

function isSame(left: Value, right: Value): boolean {
  if (left.kind === "number" && right.kind === "number") return left.value === right.value;
  if (left.kind === "ratio" && right.kind === "ratio")
    return left.height * right.width === right.height * left.width;
  return showValue(left) === showValue(right);
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
  // Once for all parts.
  if (operator === "/" && factor.value === 0)
    return many.kind === "number" ? undefined : byZero(span, context);
  const part = (value: Value): Value =>
    scaled(operator, value, factor, span, context) ??
    (value.kind === "number"
      ? arithmetic(operator, value, factor, span, context)
      : { ...wrongOperand(value, operator, "numbers", context), span });
  switch (many.kind) {
    case "list":
      return { kind: "list", items: many.items.map(part), span };
    case "range":
      return { kind: "range", from: part(many.from), to: part(many.to), span };
    case "size": {
      const sides = [many.height, many.width].map((value) => part({ kind: "number", value, span }));
      const [height, width] = sides.map((side) => (side.kind === "number" ? side.value : undefined));
      if (height === undefined || width === undefined) return { kind: "open", span };
      return { kind: "size", height, width, span };
    }
    default:
      return undefined;
  }
}

/** A range, whose ends have one unit. */
export function rangeOf(from: Value, to: Value, span: Span, context: Evaluation): Value {
  const isMixed = from.kind === "number" && to.kind === "number" && mixes("..", from, to);
  return isMixed ? mixed("..", from, to, span, context) : { kind: "range", from, to, span };
}

/** An item of a list whose unit stands behind it. */
export function withUnit(value: Value, unit: NumberValue["unit"], context: Evaluation): Value {
  if (!unit || value.kind !== "number") return value;
  const all: NumberValue = { ...value, unit };
  if (value.unit === undefined || value.unit === unit) return all;
  const values = { operator: `[ ]${unit}`, left: showValue(value), right: unit, different: true };
  context.report(diagnose(checkCodes, "check/mixed-units", values, { span: value.span }));
  return { kind: "open", span: value.span };
}

function byZero(span: Span, { report }: Evaluation): Value {
  report(diagnose(checkCodes, "check/division-by-zero", {}, { span }));
  return { kind: "open", span };
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
  if (operator === "/" && b === 0) return byZero(span, context);
  const comparisons: Readonly<Record<string, boolean>> = {
    "<": a < b,
    "<=": a <= b,
    ">": a > b,
    ">=": a >= b,
  };
  if (operator in comparisons) return { kind: "boolean", value: comparisons[operator]!, span };
  const results: Readonly<Record<string, number>> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b };
  const value = whole(results[operator]!, operator === "+" || operator === "-" ? [a, b] : []);
  if (!Number.isFinite(value)) {
    context.report(diagnose(checkCodes, "check/overflow", {}, { span }));
    return { kind: "open", span };
  }
  // `8images / 2images` is a plain number; otherwise the one unit that there is stays.
  const unit = operator === "/" && left.unit && right.unit ? undefined : (left.unit ?? right.unit);
  return { kind: "number", value, ...(unit && { unit }), span };
}

/** `0.3 / 0.1` is 3: what lies within the rounding of the operation of a whole number is that number. */
function whole(result: number, terms: readonly number[]): number {
  const nearest = Math.round(result);
  const size = Math.max(Math.abs(result), ...terms.map(Math.abs));
  return Math.abs(result - nearest) <= 2 * Number.EPSILON * size ? nearest : result;
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
  const different = left.unit !== right.unit;
  const values = { operator, left: showValue(left), right: showValue(right), different };
  report(diagnose(checkCodes, "check/mixed-units", values, { span, related }));
  return { kind: "open", span };
}

/** How tightly operators bind: from a flat row of operands and operators to a tree. */
import { type Span, spanning } from "../diagnostics/span.ts";
import type { BinaryOperator, Expression } from "./ast.ts";

export interface Prefix {
  readonly kind: "prefix";
  readonly operator: "-" | "not";
  readonly span: Span;
}

export type Piece =
  | Prefix
  | { readonly kind: "operand"; readonly value: Expression }
  | { readonly kind: "operator"; readonly text: string };

/** Higher binds tighter; operators of one height group from the left. */
// biome-ignore format: a table
export const heights: Readonly<Record<string, number>> = {
  or: 1, and: 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "..": 5, per: 5, "+": 6, "-": 6, "*": 7, "/": 7,
};
export const prefixHeights = { not: 3, "-": 8 } as const;

/** `pieces` is a well-formed row: operands, each behind its prefixes, with one operator between two of them. */
export function operationTree(pieces: readonly Piece[]): Expression {
  let next = 0;
  const operand = (): Expression => {
    const piece = pieces[next++]!;
    if (piece.kind === "operand") return piece.value;
    const { operator, span } = piece as Prefix;
    const inner = above(prefixHeights[operator]);
    return { kind: "unary", operator, operand: inner, span: spanning(span, inner.span) };
  };
  const above = (height: number): Expression => {
    let left = operand();
    for (;;) {
      const piece = pieces[next];
      if (piece?.kind !== "operator" || heights[piece.text]! <= height) return left;
      next++;
      left = joined(piece.text, left, above(heights[piece.text]!));
    }
  };
  return above(0);
}

function joined(operator: string, left: Expression, right: Expression): Expression {
  const span = spanning(left.span, right.span);
  if (operator === "..") return { kind: "range", from: left, to: right, span };
  if (operator === "per") return { kind: "rate", value: left, per: right, span };
  return { kind: "binary", operator: operator as BinaryOperator, left, right, span };
}

/** The expressions inside an expression: the one walk that every question about names and keys goes by. */
import type { Expression } from "./ast.ts";

/** The expressions directly inside, but for those in bodies. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "record":
      return expression.entries.map((entry) => entry.value);
    case "call":
      return expression.arguments.map((argument) => argument.value);
    case "list":
      return expression.items;
    case "pipeline":
      return expression.stages.map((stage) => stage.value);
    case "binary":
      return [expression.left, expression.right];
    case "unary":
      return [expression.operand];
    case "index":
      return [expression.target, expression.index];
    case "member":
      return [expression.target];
    case "range":
      return [expression.from, expression.to];
    case "rate":
      return [expression.value, expression.per];
    case "if":
      return [expression.condition];
    case "repeat":
      return [expression.times];
    default:
      return [];
  }
}

/** What expressions are before anything is built of them: callable, feature maps, sums of maps, plain values. */
import { evaluate } from "../check/evaluate.ts";
import type { Value } from "../check/values.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { type Construction, evaluation, type Feature, failed, type Item, type ItemScope } from "./items.ts";
import { asFeature, type Place } from "./places.ts";

/** Whether the expression begins with a feature map; what it is in full is not built for the question. */
export function isFeature(expression: Expression, scope: ItemScope): boolean {
  switch (expression.kind) {
    case "name": {
      const kind = scope.lookup(expression.name)?.kind;
      return kind === "feature" || kind === "features";
    }
    case "pipeline":
      return isFeature(expression.stages[0]!.value, scope);
    case "member":
      return isFeature(expression.target, scope);
    case "binary":
      return expression.operator === "+" && isFeature(expression.left, scope);
    default:
      return false;
  }
}

export function isCallable(name: string, { modules, catalog }: Construction): boolean {
  return modules.has(name) || Object.hasOwn(catalog.components.layer, name);
}

/** Plain arithmetic. */
export function pureItem(expression: Expression, { scope, construction }: Place): Item {
  const value: Value = evaluate(expression, evaluation(scope, construction, expression.span));
  if (value.kind === "open") return failed;
  // A choice among layers, such as `[batchNorm, frozenBatchNorm][k]`, ends in the name of one.
  if (value.kind === "word" && isCallable(value.name, construction)) {
    return { kind: "layer", expression: { kind: "name", name: value.name, span: value.span }, scope };
  }
  return { kind: "value", value };
}

/** `a`, `b` and `c` of `a + b + c`. */
export function termsOf(expression: Expression): readonly Expression[] {
  if (expression.kind !== "binary" || expression.operator !== "+") return [expression];
  return [...termsOf(expression.left), expression.right];
}

/** All feature maps of an item, in order. */
export function mapsOf(item: Item, span: Span, place: Place): readonly (Feature | undefined)[] {
  if (item.kind !== "features") return [asFeature(item, span, place)];
  return item.names.map((name) => asFeature(item.get(name), span, place));
}

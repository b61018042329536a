/** What expressions are before anything is built of them: callable, feature maps, sums of maps, plain values. */
import { evaluate } from "../check/evaluate.ts";
import { showValue, type Value } from "../check/values.ts";
import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Body, Expression } from "../syntax/ast.ts";
import { type Construction, evaluation, type Feature, failed, type Item, type ItemScope } from "./items.ts";
import { asFeature, type Place } from "./places.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

/** Whether the expression begins with a feature map; what it is in full is not built for the question. */
export function isFeature(expression: Expression, scope: Pick<ItemScope, "lookup">): boolean {
  switch (expression.kind) {
    case "name": {
      const kind = scope.lookup(expression.name)?.kind;
      return kind === "feature" || kind === "features";
    }
    case "list":
      return expression.items.length > 0 && expression.items.every((item) => isFeature(item, scope));
    case "if":
      return isFeatureOf(expression.then, scope) || isFeatureOf(expression.else, scope);
    case "index":
      return isFeature(expression.target, scope);
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

/** The same of a body's result, whose names may be its own. */
function isFeatureOf(
  { bindings, result }: Pick<Body, "bindings" | "result">,
  scope: Pick<ItemScope, "lookup">,
): boolean {
  const own = result?.kind === "name" && bindings.findIndex(({ name }) => name.text === result.name);
  if (typeof own !== "number" || own < 0) return result !== undefined && isFeature(result, scope);
  return isFeatureOf({ bindings: bindings.toSpliced(own, 1), result: bindings[own]!.value }, scope);
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

/** `maps[0]`. */
export function elementItem(expression: Node<"index">, maps: Item, place: Place): Item {
  if (maps.kind !== "features") return maps.kind === "failed" ? failed : pureItem(expression, place);
  const { scope, construction } = place;
  const { index, span } = expression;
  const at = evaluate(index, evaluation(scope, construction, span));
  if (at.kind === "open") return failed;
  const name = at.kind === "text" ? at.value : at.kind === "number" ? maps.names[at.value] : undefined;
  if (name !== undefined && maps.names.includes(name)) return maps.get(name);
  const values = { key: showValue(at), available: `indices 0 to ${maps.names.length - 1}` };
  construction.report(diagnose(checkCodes, "check/no-such-element", values, { span: index.span }));
  return failed;
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

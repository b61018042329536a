/** Values of a model as expressions that have them: what `convert` makes of a text, the other way. */
import type { Catalog, PlainValue } from "../check/catalog.ts";
import type { Kind } from "../check/kinds.ts";
import { findComponent, optionsOf } from "../check/project.ts";
import type { Span } from "../diagnostics/span.ts";
import { invariant } from "../support/invariant.ts";
import type { Argument, Expression, Name, Unit } from "../syntax/ast.ts";

/** Of what stands in no text. */
export const nowhere: Span = { source: { name: "", text: "" }, start: 0, end: 0 };

export const nameOf = (text: string): Name => ({ text, span: nowhere });

const find = <K extends Kind["kind"]>(kind: Kind, wanted: K): Extract<Kind, { kind: K }> | undefined =>
  optionsOf(kind).find((option): option is Extract<Kind, { kind: K }> => option.kind === wanted);

/** `value` has the form that `convert` gives values of `kind`. */
export function toExpression(value: PlainValue, kind: Kind, catalog: Catalog): Expression {
  if (value === null) return { kind: "none", span: nowhere };
  if (typeof value === "boolean") return { kind: "boolean", value, span: nowhere };
  if (typeof value === "number") return toNumber(value, unitOf(kind));
  if (typeof value === "string") return toName(value, kind);
  return isList(value) ? toList(value, kind, catalog) : toObject(value, kind, catalog);
}

const isList = (value: PlainValue): value is readonly PlainValue[] => Array.isArray(value);

function unitOf(kind: Kind): Unit | undefined {
  const number = find(kind, "number") ?? find(kind, "integer");
  return number?.unit;
}

function toNumber(value: number, unit?: Unit): Expression {
  const number: Expression = {
    kind: "number",
    value: Math.abs(value),
    ...(unit && { unit }),
    span: nowhere,
  };
  return value < 0 ? { kind: "unary", operator: "-", operand: number, span: nowhere } : number;
}

const toName = (value: string, kind: Kind): Expression =>
  find(kind, "text") && !find(kind, "word")
    ? { kind: "text", value, span: nowhere }
    : { kind: "name", name: value, span: nowhere };

function toList(value: readonly PlainValue[], kind: Kind, catalog: Catalog): Expression {
  const [first, second] = value;
  if (find(kind, "size") && typeof first === "number" && typeof second === "number")
    return { kind: "size", height: first, width: second, span: nowhere };
  const list = find(kind, "list");
  if (find(kind, "range") && !list)
    return { kind: "range", from: toNumber(first as number), to: toNumber(second as number), span: nowhere };
  invariant(list, "a list of the model stands where a list may");
  return { kind: "list", items: value.map((item) => toExpression(item, list.item, catalog)), span: nowhere };
}

/** A component, a rate, a moment, a duration or a record. */
function toObject(value: { readonly [key: string]: PlainValue }, kind: Kind, catalog: Catalog): Expression {
  const { kind: name, ...given } = value;
  if (typeof name === "string") return toCall(name, given, kind, catalog);
  if (find(kind, "rate") && typeof value.value === "number") {
    const rate = toNumber(value.value);
    if (typeof value.images !== "number") return rate;
    return { kind: "rate", value: rate, per: toNumber(value.images, "images"), span: nowhere };
  }
  const record = find(kind, "record");
  if (record) {
    const entries = Object.entries(value).map(([key, inner]) => ({
      key: nameOf(key),
      value: toExpression(inner, record.fields[key]!, catalog),
    }));
    return { kind: "record", entries, span: nowhere };
  }
  const [[unit, count]] = Object.entries(value) as [[Unit, number]];
  return toNumber(count, unit);
}

function toCall(
  name: string,
  given: { readonly [key: string]: PlainValue },
  kind: Kind,
  catalog: Catalog,
): Expression {
  const component = findComponent(catalog, kind, name);
  invariant(component, `\`${name}\` is a component of the catalogue`);
  if (Object.keys(given).length === 0) return { kind: "name", name, span: nowhere };
  const list = Object.entries(given).flatMap(([key, inner]): readonly Argument[] => {
    const parameter = component.parameters[key]!;
    const value = toExpression(inner, parameter.kind, catalog);
    if (parameter.variadic && value.kind === "list")
      return value.items.map((item) => ({ value: item, span: nowhere }));
    return [{ name: nameOf(key), value, span: nowhere }];
  });
  return { kind: "call", callee: nameOf(name), arguments: list, span: nowhere };
}

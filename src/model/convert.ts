/** Checked values in the plain form that the model holds, with the defaults of components filled in. */
import type { Bound } from "../check/bind.ts";
import type { Catalog, Component, ParameterDef, PlainValue } from "../check/catalog.ts";
import type { Kind } from "../check/kinds.ts";
import { bindComponent, findComponent, optionsOf } from "../check/project.ts";
import { type ArgumentValue, showValue, type Value } from "../check/values.ts";
import { invariant } from "../support/invariant.ts";
import { unknown } from "./holes.ts";

const takes = (kind: Kind, wanted: Kind["kind"]): boolean =>
  optionsOf(kind).some((option) => option.kind === wanted);

/** `value` must be of `kind`, as `check` makes sure, or open. */
export function convert(value: Value, kind: Kind, catalog: Catalog): PlainValue {
  switch (value.kind) {
    case "number":
      return convertNumber(value, kind);
    case "size":
      return [value.height, value.width];
    case "ratio":
      return value.height / value.width;
    case "range": {
      const [from, to] = [value.from, value.to].map((end) => convert(end, { kind: "number" }, catalog));
      // Where a list may stand too, the two must not look alike.
      return takes(kind, "list") ? { from: from!, to: to! } : [from!, to!];
    }
    case "rate":
      return { value: numberOf(value.value), images: numberOf(value.per) };
    case "text":
    case "boolean":
      return value.value;
    case "none":
      return null;
    case "word":
      return findComponent(catalog, kind, value.name) ? component(value.name, [], kind, catalog) : value.name;
    case "list": {
      const list = optionsOf(kind).find((option) => option.kind === "list");
      invariant(list?.kind === "list", "a list stands only where a list may");
      return value.items.map((item) => convert(item, list.item, catalog));
    }
    case "record": {
      const record = optionsOf(kind).find((option) => option.kind === "record");
      invariant(record?.kind === "record", "a record stands only where a record may");
      return Object.fromEntries(
        value.entries.map(({ key, value: entry }) => [key, convert(entry, record.fields[key]!, catalog)]),
      );
    }
    case "call":
      return component(value.callee.text, value.arguments, kind, catalog);
    case "open":
      return unknown();
    default:
      invariant(false, `a value of kind ${value.kind} passed the check: ${showValue(value)}`);
  }
}

function convertNumber(value: Extract<Value, { kind: "number" }>, kind: Kind): PlainValue {
  if (takes(kind, "size")) return [value.value, value.value];
  if (takes(kind, "rate")) return { value: value.value, images: null };
  if (takes(kind, "moment") && value.unit) return { [value.unit]: value.value };
  if (takes(kind, "duration")) return { [value.unit ?? "iterations"]: value.value };
  return value.value;
}

function numberOf(value: Value): number {
  invariant(value.kind === "number", "a rate is a number per a number");
  return value.value;
}

function component(name: string, given: readonly ArgumentValue[], kind: Kind, catalog: Catalog): PlainValue {
  const found = findComponent(catalog, kind, name);
  invariant(found, `\`${name}\` passed the check but is no component`);
  return {
    kind: name,
    ...argumentsOf(
      found,
      bindComponent(found, given, () => {}),
      catalog,
    ),
  };
}

/** The values of a component's parameters; those that are derived and not given are absent. */
export function argumentsOf(
  { parameters }: Pick<Component, "parameters">,
  bound: ReadonlyMap<string, Pick<Bound<Value>, "value">>,
  catalog: Catalog,
): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, parameter]) => {
      const given = bound.get(key);
      if (given) return [[key, convert(given.value, parameter.kind, catalog)]];
      return parameter.default === undefined ? [] : [[key, defaultOf(parameter, catalog)]];
    }),
  );
}

/** A default may name a component, whose own defaults follow. */
function defaultOf(parameter: ParameterDef, catalog: Catalog): PlainValue {
  const value = parameter.default!;
  if (typeof value === "string" && findComponent(catalog, parameter.kind, value))
    return component(value, [], parameter.kind, catalog);
  return value;
}

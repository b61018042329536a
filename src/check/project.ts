/** Values and blocks as the plain JSON that the schema describes, with the place of every part of it. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { type Bound, bindArguments } from "./bind.ts";
import type { Catalog, Component, ParameterDef } from "./catalog.ts";
import type { Report } from "./evaluate.ts";
import { type Kind, unitsOf } from "./kinds.ts";
import { showValue, type Value } from "./values.ts";

export type Json = number | boolean | string | null | Json[] | { [key: string]: Json };

/** What stands at one pointer. */
export interface Place {
  /** As the text calls it. */
  readonly name: string;
  readonly span: Span;
  readonly keySpan?: Span | undefined;
  /** Where the parameter of a network or a block is declared. */
  readonly declared?: Span | undefined;
  /** Whether no name could stand here for another value. */
  readonly isFinal?: true;
  /** Of a value: what it should be, and what it is. */
  readonly kind?: Kind;
  readonly value?: Value;
  /** Of a block or a call: its keys, each with the kind of its value; blocks have none. */
  readonly keys?: Readonly<Record<string, Kind | undefined>>;
  /** Of a block: whether some of its text is missing, and so perhaps a key. */
  readonly isPartial?: boolean | undefined;
}

/** Without a prototype, so that a key named `__proto__` is a key like any other. */
export const emptyObject = (): { [key: string]: Json } => Object.create(null);

export interface Projection {
  readonly catalog: Catalog;
  readonly report: Report;
  readonly places: Map<string, Place>;
  /** Pointers of what is not known yet; nothing is said about them. */
  readonly open: Set<string>;
  /** Pointers of blocks whose type one text gives and whose keys another, so that no schema of texts knows both. */
  readonly joined: Set<string>;
  /** Pointers of what has been reported. */
  readonly wrong: Set<string>;
}

export const createProjection = (catalog: Catalog, report: Report): Projection => ({
  catalog,
  report,
  places: new Map(),
  open: new Set(),
  joined: new Set(),
  wrong: new Set(),
});

/** JSON pointer of `key` inside `pointer`. */
export const below = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The parts of an `either`, or the kind itself. */
export const optionsOf = (kind: Kind): readonly Kind[] =>
  kind.kind === "either" ? kind.options.flatMap(optionsOf) : [kind];

/** The components that a value of this kind may name. */
export function componentsOf(catalog: Catalog, kind: Kind): Readonly<Record<string, Component>> {
  return Object.fromEntries(
    optionsOf(kind).flatMap((option) => {
      if (option.kind !== "component") return [];
      const components = Object.entries(catalog.components[option.role]);
      return components.filter(([name]) => option.only?.includes(name) ?? true);
    }),
  );
}

export function findComponent(catalog: Catalog, kind: Kind, name: string): Component | undefined {
  let found: Component | undefined;
  for (const option of optionsOf(kind)) {
    if (option.kind !== "component" || option.only?.includes(name) === false) continue;
    const components = catalog.components[option.role];
    if (Object.hasOwn(components, name)) found = components[name];
  }
  return found;
}

const takesComponents = (kind: Kind): boolean =>
  optionsOf(kind).some((option) => option.kind === "component");

export interface Named {
  readonly name: string;
  readonly keySpan?: Span | undefined;
  readonly declared?: Span | undefined;
}

export function projectValue(
  value: Value,
  kind: Kind,
  named: Named,
  pointer: string,
  projection: Projection,
): Json {
  projection.places.set(pointer, { ...named, span: value.span, kind, value });
  // What a size looks like is no text, and a map is accepted by no text's schema.
  if (isTextOnly(kind) && ["number", "size", "ratio", "range", "rate"].includes(value.kind)) return {};
  switch (value.kind) {
    case "open":
      projection.open.add(pointer);
      return null;
    case "number":
      return value.unit === undefined || unitsOf(kind).includes(value.unit) ? value.value : showValue(value);
    case "boolean":
      return value.value;
    case "text":
      return optionsOf(kind).some((option) => option.kind === "text") ? value.value : showValue(value);
    case "range":
      checkRange(value, kind, named, projection);
      return showValue(value);
    case "rate":
      return showValue(value);
    case "list":
      return value.items.map((item, index) =>
        projectValue(item, itemKind(kind), named, below(pointer, index), projection),
      );
    case "record":
      return projectRecord(value, kind, pointer, projection);
    case "word":
      return findComponent(projection.catalog, kind, value.name)
        ? projectCall(value.name, value.span, [], kind, pointer, projection)
        : value.name;
    case "call":
      return takesComponents(kind)
        ? projectCall(value.callee.text, value.callee.span, value.arguments, kind, pointer, projection)
        : {};
    default:
      return showValue(value);
  }
}

const isTextOnly = (kind: Kind): boolean => optionsOf(kind).every((option) => option.kind === "text");

function itemKind(kind: Kind): Kind {
  const option = optionsOf(kind).find((candidate) => candidate.kind === "list");
  return option?.kind === "list" ? option.item : kind;
}

function projectRecord(
  value: Extract<Value, { kind: "record" }>,
  kind: Kind,
  pointer: string,
  projection: Projection,
): Json {
  const option = optionsOf(kind).find((candidate) => candidate.kind === "record");
  // Nothing but a record takes a map; the text of one in YAML could pass for a name.
  if (option?.kind !== "record") return {};
  projection.places.set(pointer, { ...projection.places.get(pointer)!, keys: option.fields });
  const json = emptyObject();
  for (const { key, keySpan, value: entry } of value.entries) {
    json[key] = projectValue(
      entry,
      option.fields[key] ?? { kind: "none" },
      { name: key, keySpan },
      below(pointer, key),
      projection,
    );
  }
  return json;
}

function projectCall(
  callee: string,
  span: Span,
  given: Extract<Value, { kind: "call" }>["arguments"],
  kind: Kind,
  pointer: string,
  projection: Projection,
): Json {
  const component = findComponent(projection.catalog, kind, callee);
  if (!component) return { [callee]: {} };
  const bound = bindComponent(component, given, projection.report);
  return {
    [callee]: projectArguments(callee, span, component.parameters, bound, below(pointer, callee), projection),
  };
}

/** Arguments of a component by parameter. */
export function bindComponent(
  component: Component,
  given: Extract<Value, { kind: "call" }>["arguments"],
  report: Report,
): ReadonlyMap<string, Bound<Value>> {
  const variadic = Object.values(component.parameters).at(-1)?.variadic;
  const collect =
    variadic && ((items: readonly Value[], span: Span): Value => ({ kind: "list", items, span }));
  return bindArguments<Value>(
    { name: component.name, parameters: Object.keys(component.parameters), collect },
    given,
    report,
  );
}

/** The object of a call's arguments; what is missing is left to the schema. */
export function projectArguments(
  name: string,
  span: Span,
  parameters: Readonly<Record<string, Pick<ParameterDef, "kind"> & Pick<Named, "declared">>>,
  bound: ReadonlyMap<string, Bound<Value>>,
  pointer: string,
  projection: Projection,
): Json {
  const keys = Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [key, parameter.kind]),
  );
  projection.places.set(pointer, { name, span, keySpan: span, keys });
  const json = emptyObject();
  for (const [key, { value, span: argumentSpan, keySpan }] of bound) {
    const kind = Object.hasOwn(keys, key) ? keys[key]! : ({ kind: "none" } as const);
    json[key] = projectValue(
      value,
      kind,
      { name: key, keySpan: keySpan ?? argumentSpan, declared: parameters[key]?.declared },
      below(pointer, key),
      projection,
    );
  }
  return json;
}

/** Bounds of a range are beyond what a schema can say of a text. */
function checkRange(
  value: Extract<Value, { kind: "range" }>,
  kind: Kind,
  { name }: Named,
  { report }: Projection,
): void {
  const option = optionsOf(kind).find((candidate) => candidate.kind === "range");
  const { from, to } = value;
  if (option?.kind !== "range" || from.kind !== "number" || to.kind !== "number") return;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = option;
  if (from.value >= minimum && to.value <= maximum && from.value <= to.value) return;
  const expected = `a range from a lower to a higher number${option.minimum === undefined ? "" : ` within ${minimum}..${maximum}`}`;
  report(
    diagnose(
      checkCodes,
      "check/wrong-range",
      { key: name, found: `the range \`${showValue(value)}\``, expected },
      { span: value.span },
    ),
  );
}

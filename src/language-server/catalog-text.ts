/** Entries of the catalogue as Markdown. */
import type { Catalog, Component, ParameterDef, PlainValue, Section } from "../check/catalog.ts";
import { describeKind, type Kind } from "../check/kinds.ts";
import { componentsOf, optionsOf } from "../check/project.ts";

/** What it is, what it takes, what it is where nothing is written, and who says so. */
export function parameterText(name: string, parameter: ParameterDef, source: string | undefined): string {
  return paragraphs(
    `**${name}**: ${describeKind(parameter.kind)}`,
    parameter.summary,
    defaultText(parameter),
    sourceText(source),
  );
}

export const sectionText = (keyword: string, { summary, source }: Section): string =>
  paragraphs(`**${keyword}** { ... }`, summary, sourceText(source));

export function componentText(component: Component): string {
  const rows = Object.entries(component.parameters).map(
    ([name, parameter]) => `- \`${name}\`: ${describeKind(parameter.kind)}. ${defaultText(parameter)}`,
  );
  return paragraphs(
    `**${component.name}**`,
    component.summary,
    rows.join("\n"),
    sourceText(component.source),
  );
}

export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part).join("\n\n");

const sourceText = (source: string | undefined): string | undefined => source && `*${source}*`;

function defaultText({ default: value, derived, kind }: ParameterDef): string {
  if (value !== undefined) return `Default: \`${plainText(value, kind)}\`.`;
  return derived === undefined ? "Required." : `Follows from: ${derived}.`;
}

/** A default as the notation writes it. */
export function plainText(value: PlainValue, kind: Kind): string {
  const options = optionsOf(kind);
  if (value === null) return "none";
  if (Array.isArray(value)) {
    const isPair = value.length === 2 && value.every((item) => typeof item === "number");
    if (isPair && options.some((option) => option.kind === "size")) return value.join("x");
    if (isPair && options.some((option) => option.kind === "range")) return value.join("..");
    const list = options.find((option) => option.kind === "list");
    return `[${value.map((item: PlainValue) => plainText(item, list?.kind === "list" ? list.item : { kind: "none" })).join(", ")}]`;
  }
  if (typeof value === "object") return objectText(value as Readonly<Record<string, PlainValue>>, options);
  if (typeof value === "number") return numberText(value, options);
  return String(value);
}

function objectText(value: Readonly<Record<string, PlainValue>>, options: readonly Kind[]): string {
  const entries = (
    fields: Readonly<Record<string, PlainValue>>,
    kinds: Readonly<Record<string, Kind>> = {},
  ) =>
    Object.entries(fields)
      .map(([key, item]) => `${key} = ${plainText(item, kinds[key] ?? { kind: "none" })}`)
      .join(", ");
  const { kind: name, ...rest } = value;
  if (typeof name === "string") return Object.keys(rest).length > 0 ? `${name}(${entries(rest)})` : name;
  if (options.some((option) => option.kind === "rate")) return `${value.value} per ${value.images}images`;
  const record = options.find((option) => option.kind === "record");
  return `{ ${entries(value, record?.kind === "record" ? record.fields : {})} }`;
}

function numberText(value: number, options: readonly Kind[]): string {
  const unit = options.flatMap((option) =>
    (option.kind === "number" || option.kind === "integer") && option.unit ? option.unit : [],
  )[0];
  return `${Number(value.toPrecision(6))}${unit ?? ""}`;
}

/** The component of that name, whatever its role. */
export function anyComponent(name: string, { components }: Catalog): Component | undefined {
  return Object.values(components).find((table) => Object.hasOwn(table, name))?.[name];
}

/** The component that a value of `kind` would mean by `name`. */
export function componentFor(kind: Kind | undefined, name: string, catalog: Catalog): Component | undefined {
  const components = kind ? componentsOf(catalog, kind) : {};
  return Object.hasOwn(components, name) ? components[name] : anyComponent(name, catalog);
}

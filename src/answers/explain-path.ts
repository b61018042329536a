/** Where a value of a model comes from: every text that set it, in order, or the default or rule that gave it. */

import type { ParameterDef, PlainValue, Section } from "../check/catalog.ts";
import { evaluate } from "../check/evaluate.ts";
import { findComponent } from "../check/project.ts";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, MergedSetting, UseEdit } from "../merge/spec.ts";
import { argumentsOf } from "../model/convert.ts";
import type { LayerUse, Model } from "../model/model.ts";
import { showShape } from "../model/shapes.ts";
import { toExpression } from "../model/to-expression.ts";
import { modelToJson } from "../model/to-json.ts";
import { nearestName } from "../support/suggest.ts";
import { parseExpression } from "../syntax/parse.ts";
import { flatWithout } from "../syntax/print-flat.ts";
import type { Config } from "./config.ts";
import { ruleOf } from "./derivations.ts";
import { type KeyAt, keyAt } from "./key-at.ts";
import { namedIn } from "./named-in.ts";

export type How = "set" | "changed" | "names" | "default" | "derived" | "built";

export interface Step {
  readonly how: How;
  readonly text: string;
  /** `file:line`; absent for defaults and rules. */
  readonly place?: string;
}

export interface Explanation {
  readonly path: string;
  /** As the notation writes it; absent for blocks. */
  readonly value?: string;
  /** The last one holds. */
  readonly steps: readonly Step[];
}

export function explainPath(config: Config, wanted: string): Result<Explanation> {
  const path = wanted.replace(/^model\./, "");
  const names = path === "" ? [] : path.split(".");
  const found = keyAt(config.spec.model, config.catalog.model, names);
  const explanation =
    found?.kind === "block"
      ? blockOf(path, found.block)
      : ((found && keyOf(path, found, config)) ?? layerOf(path, config) ?? derivedOf(path, config.model));
  if (explanation) return { value: explanation, diagnostics: [] };
  const nearest = nearestName(path, knownPaths(config));
  return { diagnostics: [diagnose(commandCodes, "command/unknown-path", { path: wanted, nearest })] };
}

/** `file:line`. */
export const placeText = ({ source, start }: Span): string =>
  `${source.name}:${source.text.slice(0, start).split("\n").length}`;

const oneLine = ({ source, start, end }: Span): string =>
  source.text.slice(start, end).replace(/\s+/g, " ").trim();

const written = (spans: readonly Span[]): readonly Step[] =>
  spans.map((span, index) => ({
    how: index === 0 ? "set" : "changed",
    text: oneLine(span),
    place: placeText(span),
  }));

/** The texts that added to it, and each key with the place that holds. */
function blockOf(path: string, block: MergedBlock | undefined): Explanation {
  if (!block)
    return { path, steps: [{ how: "default", text: "no text has it; its keys have their defaults" }] };
  const heads = [...block.history, block.span].map((span) => ({
    how: "set" as const,
    text: `${oneLine(span).split("{")[0]!.trim()} { ... }`,
    place: placeText(span),
  }));
  const keys = block.entries.map((entry) => ({
    how: "set" as const,
    text: entry.kind === "setting" ? oneLine(entry.span) : `${(entry.label ?? entry.keyword).text} { ... }`,
    place: placeText(entry.span),
  }));
  return { path, steps: [...heads, ...keys] };
}

function keyOf(
  path: string,
  found: Extract<KeyAt, { kind: "key" }>,
  config: Config,
): Explanation | undefined {
  const { section, key, setting, inside } = found;
  const parameter = section.parameters[key]!;
  const isLayers = ["layers", "network"].includes(parameter.kind.kind);
  if (isLayers && inside.length > 0) return undefined;
  if (isLayers) return setting && layersOf(path, setting, config);
  const whole = givenOf(section, setting, key, config);
  const steps = setting ? settingSteps(setting, config) : unset(parameter, section);
  if (inside.length === 0) {
    const text = whole === undefined ? derivedOf(path, config.model)?.value : shown(whole, parameter, config);
    return { path, ...(text !== undefined && { value: text }), steps };
  }
  const value = inside.reduce<unknown>(
    (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
    whole,
  );
  if (value === undefined) return undefined;
  return { path, value: JSON.stringify(value), steps: [...steps, ...argumentStep(found, config)] };
}

function givenOf(
  section: Section,
  setting: MergedSetting | undefined,
  key: string,
  { catalog, scope, model }: Config,
): PlainValue | undefined {
  const evaluated = setting && { value: evaluate(setting.value, { scope, report: () => {} }) };
  const bound = new Map(evaluated ? [[key, evaluated]] : []);
  const value = argumentsOf(section, bound, catalog)[key];
  return value ?? (key === "classes" ? model.classes : undefined);
}

const shown = (value: PlainValue, { kind }: ParameterDef, { catalog }: Config): string =>
  flatWithout(toExpression(value, kind, catalog));

/** Every text that set it, the constants and keys that it names, and what edits change in what it builds. */
function settingSteps(setting: MergedSetting, config: Config): readonly Step[] {
  const named = namedIn(setting.value, config).map(({ name, span, value }) => ({
    how: "names" as const,
    text: `${name}${value === undefined ? "" : ` = ${value}`}`,
    ...(span && { place: placeText(span) }),
  }));
  return [...named, ...written([...setting.history, setting.span])];
}

const layersOf = (path: string, setting: MergedSetting, config: Config): Explanation => ({
  path,
  value: flatWithout(setting.value),
  steps: [
    ...settingSteps(setting, config),
    ...written((setting.edits ?? []).map(({ span }) => span)).map(asChange),
  ],
});

const asChange = (step: Step): Step => ({ ...step, how: "changed" });

function unset(parameter: ParameterDef, section: Section): readonly Step[] {
  const source = section.source ? ` (${section.source})` : "";
  if (parameter.profile) return [{ how: "default", text: `of the profile \`${parameter.profile}\`` }];
  if (parameter.default !== undefined) return [{ how: "default", text: `${parameter.summary}${source}` }];
  return [{ how: "derived", text: parameter.derived ?? "nothing gives it" }];
}

/** An argument that the text leaves out has the default of its component. */
function argumentStep(
  { section, key, setting, inside }: Extract<KeyAt, { kind: "key" }>,
  { catalog }: Config,
): readonly Step[] {
  const value = setting?.value;
  const [name] = inside as [string];
  const callee = value?.kind === "call" ? value.callee.text : value?.kind === "name" ? value.name : undefined;
  const component = callee && findComponent(catalog, section.parameters[key]!.kind, callee);
  if (!component) return [];
  const keys = Object.keys(component.parameters);
  const given = value?.kind === "call" ? value.arguments : [];
  const isGiven = given.some((argument, index) => (argument.name?.text ?? keys[index]) === name);
  const parameter = component.parameters[name];
  if (isGiven || !parameter) return [];
  const from = parameter.profile ? `the profile \`${parameter.profile}\`` : `\`${component.name}\``;
  return [{ how: "default", text: `of ${from}: ${parameter.summary}` }];
}

const layersIn = ({ backbone, rpn, regions }: Model): readonly LayerUse[] => [
  ...backbone.layers,
  ...(rpn?.head.layers ?? []),
  ...regions.trunk.layers,
  ...regions.heads.flatMap((head) => head.layers.layers),
];

/** A layer, or one of its attributes. */
function layerOf(path: string, { spec, model, catalog }: Config): Explanation | undefined {
  const use = layersIn(model).find((each) => path === each.path || path.startsWith(`${each.path}.`));
  if (!use) return undefined;
  const key = path.slice(use.path.length + 1);
  const value = key === "" ? `${use.layer} ${showShape(use.output)}` : use.attributes[key];
  if (value === undefined) return undefined;
  const built: Step = { how: "built", text: oneLine(use.span), place: placeText(use.span) };
  const edits = editsIn(spec.model).filter((edit) => isIn(use.span, edit.span) || reaches(edit, use.path));
  const changed = edits.map(
    ({ span }): Step => ({ how: "changed", text: oneLine(span), place: placeText(span) }),
  );
  const steps = [...changed, built];
  if (key === "") return { path, value: String(value), steps };
  const parameter = catalog.components.layer[use.layer]!.parameters[key];
  const isWritten = isGiven(use, key, catalog) || edits.some(({ whole }) => whole.endsWith(`.${key}`));
  const rule = parameter?.default !== undefined ? "default" : "derived";
  const why: Step = {
    how: rule,
    text: `of \`${use.layer}\` unless it is given: ${parameter?.derived ?? parameter?.summary ?? key}`,
  };
  return { path, value: JSON.stringify(value), steps: isWritten ? steps : [...steps, why] };
}

/** Whether the text of the use gives the argument, by name or by place. */
function isGiven({ layer, span }: LayerUse, key: string, catalog: Config["catalog"]): boolean {
  const { value } = parseExpression({ name: "", text: span.source.text.slice(span.start, span.end) });
  const keys = Object.keys(catalog.components.layer[layer]!.parameters);
  const given = value?.kind === "call" ? value.arguments : [];
  return given.some(({ name }, index) => (name?.text ?? keys[index]) === key);
}

const editsIn = (block: MergedBlock): readonly UseEdit[] =>
  block.entries.flatMap((entry) => (entry.kind === "block" ? editsIn(entry) : (entry.edits ?? [])));

const isIn = (inner: Span, outer: Span): boolean =>
  inner.source === outer.source && outer.start <= inner.start && inner.end <= outer.end;

/** Whether the change is made at the use or at one of its arguments. */
function reaches({ whole }: UseEdit, path: string): boolean {
  const address = whole.replace(/^model\./, "").replace("regions.head.", "regions.");
  return address === path || address.startsWith(`${path}.`);
}

/** What is in the model and no key of a text. */
function derivedOf(path: string, model: Model): Explanation | undefined {
  const value = path.split(".").reduce<unknown>((inner, name) => {
    if (Array.isArray(inner))
      return inner.find((item: { readonly name?: string }) => item.name === name) ?? inner[Number(name)];
    return typeof inner === "object" && inner !== null && Object.hasOwn(inner, name)
      ? (inner as Record<string, unknown>)[name]
      : undefined;
  }, withHeads(model));
  if (value === undefined) return undefined;
  return { path, value: JSON.stringify(value), steps: [{ how: "derived", text: ruleOf(path) }] };
}

/** Heads go by their names, as in texts. */
function withHeads(model: Model): unknown {
  const json = modelToJson(model) as {
    readonly regions: { readonly heads: readonly { readonly name: string }[] };
  };
  const heads = Object.fromEntries(json.regions.heads.map((head) => [head.name, head]));
  return { ...json, regions: { ...heads, ...json.regions } };
}

const knownPaths = ({ model }: Config): readonly string[] => [
  ...Object.keys(model.places),
  ...layersIn(model).map(({ path }) => path),
];

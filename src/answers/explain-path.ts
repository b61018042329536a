/** Where a value of a model comes from: every text that set it, in order, or the default or rule that gave it. */

import type { ParameterDef, PlainValue, Section } from "../check/catalog.ts";
import { evaluate } from "../check/evaluate.ts";
import { findComponent } from "../check/project.ts";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, MergedSetting } from "../merge/spec.ts";
import { argumentsOf } from "../model/convert.ts";
import type { Model } from "../model/model.ts";
import { toExpression } from "../model/to-expression.ts";
import { modelToJson } from "../model/to-json.ts";
import { nearestName } from "../support/suggest.ts";
import { flatWithout } from "../syntax/print-flat.ts";
import type { Config } from "./config.ts";
import { ruleOf } from "./derivations.ts";
import { layerOf, layersIn } from "./explain-layer.ts";
import { type Explanation, oneLine, placeText, type Step } from "./explanation.ts";
import { type KeyAt, keyAt } from "./key-at.ts";
import { namedIn } from "./named-in.ts";

export function explainPath(config: Config, wanted: string): Result<Explanation> {
  const path = modelPath(wanted);
  const explanation = explanationOf(config, path);
  if (explanation)
    return { value: { ...explanation, path: wanted.replace(/^model\./, "") }, diagnostics: [] };
  const nearest = nearestName(path, knownPaths(config));
  return { diagnostics: [diagnose(commandCodes, "command/unknown-path", { path: wanted, nearest })] };
}

/** A head goes by its name alone, as in the paths of layers. */
const modelPath = (wanted: string): string =>
  wanted.replace(/^model(\.|$)/, "").replace(/^regions\.head\./, "regions.");

/** Undefined where the model has nothing at `path`, which begins with no `model`. */
export function explanationOf(config: Config, path: string): Explanation | undefined {
  const names = path === "" ? [] : path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  const found = keyAt(config.spec.model, config.catalog.model, names);
  if (found?.kind === "block") return blockOf(path, found.block);
  const key = found && keyOf(path, found, config);
  return key ?? layerOf(path, config) ?? derivedOf(names, path, config.model);
}

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
  if (isLayers && inside.length > 0) return setting && moduleArgument(path, setting, inside, config);
  if (isLayers) return setting && layersOf(path, setting, config);
  const whole = givenOf(section, setting, key, config);
  const steps = setting ? settingSteps(setting, config) : unset(parameter, section);
  if (inside.length === 0) {
    const text =
      whole === undefined
        ? derivedOf(path.split("."), path, config.model)?.value
        : shown(whole, parameter, config);
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

/** What is in the model and no key of a text. */
function derivedOf(names: readonly string[], path: string, model: Model): Explanation | undefined {
  const value = names.reduce<unknown>((inner, name) => {
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

/** Keys of all sections that the model has or may have, and all layers with their attributes. */
const knownPaths = ({ model, spec, catalog }: Config): readonly string[] => [
  ...Object.keys(model.places),
  ...keysIn(spec.model, catalog.model, ""),
  ...layersIn(model).flatMap(({ path, attributes }) => [
    path,
    ...Object.keys(attributes).map((key) => `${path}.${key}`),
  ]),
];

function keysIn(block: MergedBlock | undefined, section: Section, around: string): readonly string[] {
  const blocks = (block?.entries ?? []).filter((entry) => entry.kind === "block");
  const inner = Object.entries(section.sections).flatMap(([keyword, known]) => {
    const own = blocks.filter((each) => each.keyword.text === keyword);
    if (known.kind === "one") return keysIn(own[0], known.section, `${around}${keyword}.`);
    return own.flatMap((each) =>
      keysIn(each, known.types[each.type!.text]!, `${around}${each.label!.text}.`),
    );
  });
  return [...Object.keys(section.parameters).map((key) => around + key), ...inner];
}

/** What the call of a module that holds the layers gives to one of its parameters. */
function moduleArgument(
  path: string,
  setting: MergedSetting,
  [name, ...rest]: readonly string[],
  { spec }: Config,
): Explanation | undefined {
  const { value } = setting;
  const callee = value.kind === "call" ? value.callee.text : value.kind === "name" ? value.name : undefined;
  const module = callee === undefined ? undefined : spec.modules.get(callee);
  const index = module?.parameters.findIndex((parameter) => parameter.name.text === name) ?? -1;
  if (index < 0 || rest.length > 0) return undefined;
  const given = value.kind === "call" ? value.arguments : [];
  const argument = given.find((each, at) => (each.name ? each.name.text === name : at === index));
  const steps = written([...setting.history, setting.span]);
  if (argument) return { path, value: flatWithout(argument.value), steps };
  const { default: otherwise, span } = module!.parameters[index]!;
  if (!otherwise) return undefined;
  const unless: Step = { how: "default", text: oneLine(span), place: placeText(span) };
  return { path, value: flatWithout(otherwise), steps: [...steps, unless] };
}

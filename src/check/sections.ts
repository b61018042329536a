/** The blocks of a model as JSON for the schema, with names inside their layers checked on the way. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { MergedBlock, MergedEntry, MergedSetting } from "../merge/spec.ts";
import { own } from "../support/own.ts";
import { nearestName } from "../support/suggest.ts";
import type { Expression, Name } from "../syntax/ast.ts";
import { isPlainName, isWord } from "../syntax/spell.ts";
import type { Section, SubsectionDef } from "./catalog.ts";
import { evaluate } from "./evaluate.ts";
import { describeKind, type Kind, levels, word } from "./kinds.ts";
import { checkNames, type NameContext } from "./layer-names.ts";
import { below, emptyObject, findComponent, type Json, type Projection, projectValue } from "./project.ts";
import { reportValue } from "./validate.ts";
import { textOf } from "./values.ts";

type JsonObject = { [key: string]: Json };

export interface SectionContext {
  readonly projection: Projection;
  readonly names: NameContext;
}

export function projectSection(
  block: MergedBlock,
  section: Section,
  pointer: string,
  context: SectionContext,
): JsonObject {
  const { places } = context.projection;
  if (block.label) checkLabel(block, block.label, context);
  const name = block.label && section.name !== "model" ? block.label.text : block.keyword.text;
  places.set(pointer, {
    name,
    span: block.keyword.span,
    keySpan: block.label?.span ?? block.keyword.span,
    keys: keysOf(section),
    isPartial: block.isPartial,
  });
  const json: JsonObject = emptyObject();
  const on = below(pointer, "on");
  if (section.on && block.on)
    json.on = projectSetting("on", block.on, levels, block, on, marking(on, context));
  if (!section.on && block.on)
    headProblem(block, "reads no feature maps, so `on` has no meaning here", context);
  for (const entry of block.entries) {
    const key = entry.kind === "setting" ? entry.name.text : entry.keyword.text;
    const isKnown = own(section.parameters, key) || own(section.sections, key);
    // What is left of a line that could not be read may stand here without belonging here.
    if (!isKnown && isStray(entry, block, section)) continue;
    const at = below(pointer, key);
    json[key] =
      entry.kind === "setting"
        ? projectEntry(entry, section, at, context)
        : projectBlock(entry, section, at, json[key], context);
  }
  return json;
}

function isStray(entry: MergedEntry, { isPartial }: MergedBlock, section: Section): boolean {
  if (entry.kind === "setting" && entry.value.kind === "hole") return true;
  const name = entry.kind === "setting" ? entry.name.text : entry.keyword.text;
  const known = [...Object.keys(section.parameters), ...Object.keys(section.sections)];
  return isPartial === true && nearestName(name, known) === undefined;
}

function keysOf(section: Section): Readonly<Record<string, Kind | undefined>> {
  return {
    ...(section.on && { on: levels }),
    ...Object.fromEntries(
      Object.entries(section.parameters).map(([key, parameter]) => [key, parameter.kind]),
    ),
    ...Object.fromEntries(Object.keys(section.sections).map((keyword) => [keyword, undefined])),
  };
}

function projectEntry(
  setting: MergedSetting,
  section: Section,
  pointer: string,
  context: SectionContext,
): Json {
  const key = setting.name.text;
  if (setting.value.kind === "hole") {
    context.projection.open.add(pointer);
    return null;
  }
  if (own(section.sections, key)) {
    context.projection.report(
      diagnose(checkCodes, "check/block-wanted", { key }, { span: setting.name.span }),
    );
    context.projection.open.add(pointer);
    return null;
  }
  const kind = own(section.parameters, key)?.kind;
  if (!kind) {
    context.projection.places.set(pointer, { name: key, span: setting.span, keySpan: setting.name.span });
    return textOf(setting.value.span);
  }
  const inside = marking(pointer, context);
  checkEdits(setting, kind, inside);
  return projectSetting(key, setting.value, kind, { keyword: setting.name }, pointer, inside);
}

/** Notes of whatever is reported that it is wrong at `pointer`. */
function marking(pointer: string, { projection, names }: SectionContext): SectionContext {
  const report = (diagnostic: Diagnostic): void => {
    projection.wrong.add(pointer);
    projection.report(diagnostic);
  };
  return { projection: { ...projection, report }, names: { ...names, report } };
}

/** Paths lead into layers only; which uses there are is known when they are built. */
function checkEdits(setting: MergedSetting, kind: Kind, { names, projection }: SectionContext): void {
  const locals = new Set(["input"]);
  for (const { value, path, whole } of setting.edits ?? []) {
    if (isLayers(kind)) {
      if (value && isStage(value, names)) checkNames(value, { ...names, locals });
      continue;
    }
    const known = Object.keys(componentsIn(setting.value, kind, projection));
    const values = { path: whole, nearest: nearestName(path[0]!.text, known) };
    projection.report(diagnose(mergeCodes, "merge/nothing-there", values, { span: path[0]!.span }));
  }
}

/** The parameters of the component that `value` calls. */
function componentsIn(
  value: Expression,
  kind: Kind,
  { catalog }: Projection,
): Readonly<Record<string, unknown>> {
  const name = value.kind === "call" ? value.callee.text : value.kind === "name" ? value.name : "";
  return findComponent(catalog, kind, name)?.parameters ?? {};
}

const isLayers = ({ kind }: Kind): boolean => kind === "layers" || kind === "network";

/** What can only be layers; anything else may be an argument of one. */
function isStage(value: Expression, { modules, catalog }: NameContext): boolean {
  if (value.kind !== "call") return ["pipeline", "repeat", "if"].includes(value.kind);
  return modules.has(value.callee.text) || Object.hasOwn(catalog.components.layer, value.callee.text);
}

/** Expressions that can stand for layers. */
const layerKinds: ReadonlySet<Expression["kind"]> = new Set([
  "name",
  "call",
  "pipeline",
  "repeat",
  "if",
  "list",
  "index",
]);

function projectSetting(
  key: string,
  expression: Expression,
  kind: Kind,
  { keyword }: Pick<MergedBlock, "keyword">,
  pointer: string,
  { projection, names }: SectionContext,
): Json {
  const named = { name: key, keySpan: keyword.span };
  const isEmpty = expression.kind === "list" && expression.items.length === 0;
  if (isLayers(kind) && layerKinds.has(expression.kind) && !isEmpty) {
    projection.places.set(pointer, { ...named, span: expression.span });
    checkNames(expression, { ...names, locals: new Set(["input"]) });
    return textOf(expression.span);
  }
  const value = evaluate(expression, { scope: names.constants, report: projection.report });
  // As text, any value would pass for the layers that the YAML form writes so.
  if (isLayers(kind)) return reportValue(value, kind, named, pointer, projection);
  return projectValue(value, kind, named, pointer, projection);
}

function projectBlock(
  block: MergedBlock,
  section: Section,
  pointer: string,
  before: Json | undefined,
  context: SectionContext,
): Json {
  const key = block.keyword.text;
  const parameter = own(section.parameters, key);
  if (parameter) {
    const values = { key, expected: describeKind(parameter.kind) };
    context.projection.report(
      diagnose(checkCodes, "check/value-wanted", values, { span: block.keyword.span }),
    );
    context.projection.open.add(pointer);
    return null;
  }
  const subsection = own(section.sections, key);
  if (!subsection) {
    context.projection.places.set(pointer, {
      name: key,
      span: block.keyword.span,
      keySpan: block.keyword.span,
    });
    return {};
  }
  if (subsection.kind === "one") {
    if (block.label) headProblem(block, `takes no name, but has \`${block.label.text}\``, context);
    if (block.type) headProblem(block, `has no types, but is given \`${block.type.text}\``, context);
    return projectSection(block, subsection.section, pointer, context);
  }
  return projectTyped(block, subsection, pointer, (before ?? {}) as JsonObject, context);
}

/** Adds one more `keyword name: type { ... }` to those `before`. */
function projectTyped(
  block: MergedBlock,
  { types }: Extract<SubsectionDef, { kind: "typed" }>,
  pointer: string,
  before: JsonObject,
  context: SectionContext,
): Json {
  const label = block.label?.text;
  if (label === undefined) {
    if (block.isPartial) return before;
    headProblem(
      block,
      `needs a name: \`${block.keyword.text} name: ${Object.keys(types)[0]} { ... }\``,
      context,
    );
    return before;
  }
  const at = below(pointer, label);
  const section = block.type && own(types, block.type.text);
  if (block.history.length > 0) context.projection.joined.add(at);
  if (!section) {
    const kind = word(...Object.keys(types));
    context.projection.places.set(at, {
      name: label,
      span: block.keyword.span,
      keySpan: block.label!.span,
      keys: { type: kind },
      isPartial: block.isPartial,
    });
    if (block.type)
      context.projection.places.set(below(at, "type"), {
        name: "type",
        span: block.type.span,
        kind,
        isFinal: true,
        value: { kind: "word", name: block.type.text, span: block.type.span },
      });
    return { ...before, [label]: block.type ? { type: block.type.text } : {} };
  }
  return { ...before, [label]: { type: block.type!.text, ...projectSection(block, section, at, context) } };
}

/** A model or a head is reached by its name. */
function checkLabel(block: MergedBlock, { text, span }: Name, context: SectionContext): void {
  const { report } = context.projection;
  if (isPlainName(text)) return;
  if (isWord(text)) report(diagnose(syntaxCodes, "syntax/reserved-word", { word: text }, { span }));
  else headProblem(block, `is called \`${text}\`; expected a name of letters, digits and \`_\``, context);
}

function headProblem(block: MergedBlock, problem: string, { projection }: SectionContext): void {
  const span = block.label?.span ?? block.keyword.span;
  projection.report(
    diagnose(checkCodes, "check/block-head", { keyword: block.keyword.text, problem }, { span }),
  );
}

/** A block of the text beside its section in the catalogue: values with defaults, and where each is written. */
import { isRequired, type ParameterDef, type PlainValue, type Section } from "../check/catalog.ts";
import { evaluate } from "../check/evaluate.ts";
import type { Scope } from "../check/values.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, MergedEntry, MergedSetting } from "../merge/spec.ts";
import { invariant } from "../support/invariant.ts";
import { argumentsOf, convert } from "./convert.ts";
import { guarded, orHole, unknown } from "./holes.ts";
import type { ModelCatalog } from "./layer.ts";

export interface SectionView {
  readonly section: Section;
  /** Absent where all of it is left to its defaults. */
  readonly block: MergedBlock | undefined;
  /**
   * Plain values of all keys but layers; derived ones that the text does not give are absent, and wrong ones holes.
   */
  readonly values: Readonly<Record<string, PlainValue>>;
  /** Of the keyword, or of the block around. */
  readonly span: Span;
}

export interface ViewContext {
  readonly catalog: ModelCatalog;
  readonly constants: Scope;
}

const isSetting = (entry: MergedEntry): entry is MergedSetting => entry.kind === "setting";

export function viewSection(
  block: MergedBlock | undefined,
  section: Section,
  around: Span,
  context: ViewContext,
  isPartial = block?.isPartial ?? false,
): SectionView {
  const given = new Map((block?.entries ?? []).filter(isSetting).map((entry) => [entry.name.text, entry]));
  const values = Object.entries(section.parameters).flatMap(([key, parameter]): [string, PlainValue][] => {
    const { kind } = parameter.kind;
    if (kind === "layers" || kind === "network") return [];
    const setting = given.get(key);
    if (setting) return [[key, orHole(() => readValue(setting, parameter, context))]];
    // What a wrong text leaves out is not what one that is right would leave to its default.
    if (isPartial || isRequired(parameter)) return [[key, orHole<PlainValue>(unknown)]];
    return Object.entries(argumentsOf({ parameters: { [key]: parameter } }, new Map(), context.catalog));
  });
  return {
    section,
    block,
    values: guarded(Object.fromEntries(values)),
    span: block?.keyword.span ?? around,
  };
}

function readValue(setting: MergedSetting, { kind }: ParameterDef, { catalog, constants }: ViewContext) {
  const value = evaluate(setting.value, { scope: constants, report: () => {} });
  return convert(value, kind, catalog);
}

export const settingOf = ({ block }: SectionView, key: string): MergedSetting | undefined =>
  block?.entries.filter(isSetting).find((entry) => entry.name.text === key);

/** Where the value of `key` is written; where it is a default, the block. */
export const placeOf = (view: SectionView, key: string): Span =>
  settingOf(view, key)?.value.span ?? view.span;

/** The block `keyword` inside, or its defaults. */
export function subsection(view: SectionView, keyword: string, context: ViewContext): SectionView {
  const definition = view.section.sections[keyword];
  invariant(definition?.kind === "one", `\`${view.section.name}\` has one \`${keyword}\``);
  const entries = view.block?.entries ?? [];
  const block = entries.find(
    (entry): entry is MergedBlock => entry.kind === "block" && entry.keyword.text === keyword,
  );
  const isMissing = definition.required || view.block?.isPartial || settingOf(view, keyword) !== undefined;
  const isUnknown = !block && isMissing;
  return viewSection(block, definition.section, view.span, context, isUnknown || undefined);
}

export interface TypedView extends SectionView {
  readonly name: string;
  readonly type: string;
}

/** All blocks `keyword name: type` inside that are known to be such. */
export function typedSubsections(
  view: SectionView,
  keyword: string,
  context: ViewContext,
): readonly TypedView[] {
  const definition = view.section.sections[keyword];
  invariant(definition?.kind === "typed", `\`${view.section.name}\` has typed \`${keyword}\``);
  return (view.block?.entries ?? []).flatMap((entry) => {
    if (entry.kind !== "block" || entry.keyword.text !== keyword) return [];
    const { label, type } = entry;
    const section = type && definition.types[type.text];
    if (!label || !section) return [];
    return [{ ...viewSection(entry, section, view.span, context), name: label.text, type: type.text }];
  });
}

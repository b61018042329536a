/** A block of the text beside its section in the catalogue: values with defaults, and where each is written. */
import type { PlainValue, Section } from "../check/catalog.ts";
import { evaluate } from "../check/evaluate.ts";
import type { Scope, Value } from "../check/values.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, MergedEntry, MergedSetting } from "../merge/spec.ts";
import { invariant } from "../support/invariant.ts";
import { argumentsOf } from "./convert.ts";
import type { ModelCatalog } from "./layer.ts";

export interface SectionView {
  readonly section: Section;
  /** Absent where all of it is left to its defaults. */
  readonly block: MergedBlock | undefined;
  /** Plain values of all keys but layers; derived ones that the text does not give are absent. */
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
  { catalog, constants }: ViewContext,
): SectionView {
  const bound = new Map<string, { readonly value: Value }>();
  for (const entry of block?.entries ?? []) {
    if (!isSetting(entry)) continue;
    const kind = section.parameters[entry.name.text]?.kind.kind;
    if (kind === "layers" || kind === "network") continue;
    bound.set(entry.name.text, { value: evaluate(entry.value, { scope: constants, report: () => {} }) });
  }
  return {
    section,
    block,
    values: argumentsOf(section, bound, catalog),
    span: block?.keyword.span ?? around,
  };
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
  const block = view.block?.entries.find(
    (entry): entry is MergedBlock => entry.kind === "block" && entry.keyword.text === keyword,
  );
  return viewSection(block, definition.section, view.span, context);
}

export interface TypedView extends SectionView {
  readonly name: string;
  readonly type: string;
}

/** All blocks `keyword name: type` inside. */
export function typedSubsections(
  view: SectionView,
  keyword: string,
  context: ViewContext,
): readonly TypedView[] {
  const definition = view.section.sections[keyword];
  invariant(definition?.kind === "typed", `\`${view.section.name}\` has typed \`${keyword}\``);
  return (view.block?.entries ?? []).flatMap((entry) => {
    if (entry.kind !== "block" || entry.keyword.text !== keyword) return [];
    const type = entry.type?.text ?? "";
    return [
      { ...viewSection(entry, definition.types[type]!, view.span, context), name: entry.label!.text, type },
    ];
  });
}

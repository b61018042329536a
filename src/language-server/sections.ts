/** Which part of the catalogue describes a block of a text. */
import type { Catalog, ParameterDef, Section } from "../check/catalog.ts";
import { either } from "../check/kinds.ts";
import type { MergedBlock, MergedEntry, Spec } from "../merge/spec.ts";

/** The head of a block, as far as it is written. */
export interface BlockHead {
  readonly keyword: string;
  readonly label?: string | undefined;
  readonly type?: string | undefined;
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** The section of the innermost of `blocks`, outermost first; `specs` know the types that a base has given. */
export function sectionOf(
  blocks: readonly BlockHead[],
  catalog: Catalog,
  specs: readonly Spec[],
): Section | undefined {
  const [root, ...inner] = inModel(blocks);
  if (root?.keyword !== "model") return undefined;
  let section: Section | undefined = catalog.model;
  for (const [index, block] of inner.entries()) {
    const subsection: Section["sections"][string] | undefined =
      section && own(section.sections, block.keyword);
    if (subsection?.kind === "one") section = subsection.section;
    else if (subsection?.kind === "typed") {
      const type = block.type ?? inheritedType(inner.slice(0, index + 1), specs);
      section = type === undefined ? undefined : own(subsection.types, type);
    } else section = undefined;
  }
  return section;
}

/** The case of an ablation holds what a model does. */
function inModel(blocks: readonly BlockHead[]): readonly BlockHead[] {
  const last = blocks.findLastIndex(({ keyword }) => keyword === "case");
  return blocks[0]?.keyword === "ablation" && last > 0
    ? [{ keyword: "model" }, ...blocks.slice(last + 1)]
    : blocks;
}

export interface Key {
  readonly section: Section;
  readonly parameter: ParameterDef;
}

/** The key that a dotted path from `section` ends in. Behind the label of a head any type that has it may be meant. */
export function keyAlong(section: Section | undefined, path: readonly string[]): Key | undefined {
  const last = path.at(-1);
  if (!section || last === undefined) return undefined;
  const keys = sectionsAlong(section, path.slice(0, -1)).flatMap((end): readonly Key[] => {
    const parameter = own(end.parameters, last);
    return parameter ? [{ section: end, parameter }] : [];
  });
  const [first, ...others] = keys;
  if (!first || others.length === 0) return first;
  const kind = either(...keys.map(({ parameter }) => parameter.kind));
  return { ...first, parameter: { ...first.parameter, kind } };
}

/** What a path may lead to: behind the label of a head any of the types. */
export function sectionsAlong(section: Section, path: readonly string[]): readonly Section[] {
  return path.reduce<readonly Section[]>(
    (at, name) =>
      at.flatMap((each) => {
        const subsection = own(each.sections, name);
        if (subsection) return subsection.kind === "one" ? [subsection.section] : [each];
        if (own(each.parameters, name)) return [];
        return Object.values(each.sections).flatMap((other) =>
          other.kind === "typed" ? Object.values(other.types) : [],
        );
      }),
    [section],
  );
}

/** The key of a setting inside `blocks`; the `value` of a case is that of what `vary` names. */
export function settingKey(
  blocks: readonly BlockHead[],
  path: readonly string[],
  catalog: Catalog,
  specs: readonly Spec[],
): Key | undefined {
  const varied =
    blocks.at(-1)?.keyword === "case" && blocks.at(-2)?.keyword === "vary" && blocks.at(-2)?.label;
  return varied && path.join(".") === "value"
    ? keyAlong(catalog.model, varied.split("."))
    : keyAlong(sectionOf(blocks, catalog, specs), path);
}

function inheritedType(blocks: readonly BlockHead[], specs: readonly Spec[]): string | undefined {
  for (const spec of specs) {
    const type = mergedAt(spec.model, blocks)?.type;
    if (type) return type.text;
  }
  return undefined;
}

/** The merged block that `blocks` lead to from `model`. */
export function mergedAt(model: MergedBlock, blocks: readonly BlockHead[]): MergedBlock | undefined {
  return blocks.reduce<MergedBlock | undefined>(
    (at, { keyword, label }) =>
      at?.entries.find(
        (entry: MergedEntry): entry is MergedBlock =>
          entry.kind === "block" && entry.keyword.text === keyword && entry.label?.text === label,
      ),
    model,
  );
}

/** Which part of the catalogue describes a block of a text. */
import type { Catalog, ParameterDef, Section } from "../check/catalog.ts";
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

/** Goes down from `section` by the names of a dotted path, labels skipped; gives the section of the last. */
export function sectionAlong(section: Section | undefined, names: readonly string[]): Section | undefined {
  return names.reduce<Section | undefined>((at, name) => {
    const subsection = at && own(at.sections, name);
    return subsection?.kind === "one" ? subsection.section : subsection ? undefined : at;
  }, section);
}

export const parameterOf = (section: Section | undefined, key: string): ParameterDef | undefined =>
  section && own(section.parameters, key);

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

/** What the catalogue and the text have at a path of a model. */
import type { Section } from "../check/catalog.ts";
import type { MergedBlock, MergedSetting } from "../merge/spec.ts";

export type KeyAt =
  | {
      readonly kind: "key";
      readonly section: Section;
      readonly key: string;
      /** Absent where the text leaves the key out. */
      readonly setting: MergedSetting | undefined;
      /** The block of the text that it belongs to. */
      readonly block: MergedBlock | undefined;
      /** The rest of the path: into the value. */
      readonly inside: readonly string[];
    }
  | { readonly kind: "block"; readonly section: Section; readonly block: MergedBlock | undefined };

export function keyAt(
  block: MergedBlock | undefined,
  section: Section,
  path: readonly string[],
): KeyAt | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return { kind: "block", section, block };
  if (Object.hasOwn(section.parameters, first)) {
    const setting = block?.entries.find(
      (entry): entry is MergedSetting => entry.kind === "setting" && entry.name.text === first,
    );
    return { kind: "key", section, key: first, setting, block, inside: rest };
  }
  const inner = Object.hasOwn(section.sections, first) ? section.sections[first] : undefined;
  if (inner?.kind === "one") return keyAt(blockOf(block, first), inner.section, rest);
  const labelled = blockOf(block, inner ? rest[0] : first);
  const types = Object.values(section.sections).flatMap((each) =>
    each.kind === "typed" ? [each.types] : [],
  );
  const type = labelled?.type && types.find((each) => Object.hasOwn(each, labelled.type!.text));
  return type && keyAt(labelled, type[labelled.type!.text]!, inner ? rest.slice(1) : rest);
}

/** By its label, or by its keyword where it has none. */
const blockOf = (around: MergedBlock | undefined, name: string | undefined): MergedBlock | undefined =>
  around?.entries.find(
    (entry): entry is MergedBlock => entry.kind === "block" && (entry.label ?? entry.keyword).text === name,
  );

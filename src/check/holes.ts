/** What check found wrong taken out: wrong values become holes, and blocks that hold something wrong partial. */
import type { MergedBlock, MergedEntry, MergedSetting } from "../merge/spec.ts";
import { own } from "../support/own.ts";
import { nearestName } from "../support/suggest.ts";
import type { Name } from "../syntax/ast.ts";
import type { Section } from "./catalog.ts";
import { below } from "./project.ts";

/** Whether something at a JSON pointer or in it is wrong. */
type IsWrong = (pointer: string) => boolean;

/** `wrong` are the JSON pointers of what was reported in the block `model`. */
export function withHoles(block: MergedBlock, section: Section, wrong: ReadonlySet<string>): MergedBlock {
  const isWrong: IsWrong = (pointer) =>
    wrong.has(pointer) || [...wrong].some((each) => each.startsWith(`${pointer}/`));
  return inBlock(block, section, "", isWrong);
}

function inBlock(block: MergedBlock, section: Section, pointer: string, isWrong: IsWrong): MergedBlock {
  const { on, ...rest } = block;
  const known = [...Object.keys(section.parameters), ...Object.keys(section.sections)];
  const entries = block.entries.map((entry) => {
    const name = entry.kind === "setting" ? entry.name : entry.keyword;
    const key = known.includes(name.text) ? name.text : nearestName(name.text, known);
    if (key === name.text) return inEntry(entry, section, below(pointer, key), isWrong);
    // What has a wrong name is not there; the key that was surely meant is not left to its default either.
    return key !== undefined && !sets(block, key) ? hole({ ...name, text: key }) : [];
  });
  const isOnWrong = on && isWrong(below(pointer, "on"));
  return {
    ...rest,
    ...(on && !isOnWrong && { on }),
    entries: entries.flatMap((entry) => entry ?? []),
    ...((block.isPartial || entries.includes(undefined)) && { isPartial: true }),
  };
}

const sets = ({ entries }: MergedBlock, key: string): boolean =>
  entries.some((entry) => (entry.kind === "setting" ? entry.name : entry.keyword).text === key);

const hole = (name: Name): MergedSetting => ({
  kind: "setting",
  name,
  value: { kind: "hole", span: name.span },
  span: name.span,
  history: [],
});

/** Undefined for a block of which nobody knows what it is. */
function inEntry(
  entry: MergedEntry,
  section: Section,
  pointer: string,
  isWrong: IsWrong,
): MergedEntry | undefined {
  if (entry.kind === "setting")
    return isWrong(pointer) || own(section.sections, entry.name.text) ? hole(entry.name) : entry;
  const { keyword, label, type } = entry;
  const inner = own(section.sections, keyword.text);
  if (!inner) return hole(keyword);
  if (inner.kind === "one") return inBlock(entry, inner.section, pointer, isWrong);
  const typed = type && own(inner.types, type.text);
  return label && typed ? inBlock(entry, typed, below(pointer, label.text), isWrong) : undefined;
}

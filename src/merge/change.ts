/** Changes at a path of a block: set, replace, append, insert, remove. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import { type Edit, type Expression, type Module, type Name, pathText, type Setting } from "../syntax/ast.ts";
import { appended, type Changed, changeValue } from "./change-value.ts";
import type { Naming } from "./constants.ts";
import { reportOverwritten } from "./overwritten.ts";
import type { MergedBlock, MergedEntry, MergedSetting, UseEdit } from "./spec.ts";

/** What every change needs beside the texts. */
export interface Merging {
  readonly report: (diagnostic: Diagnostic) => void;
  /** By whose parameters an argument is told from a use inside. */
  readonly modules: ReadonlyMap<string, Module>;
  readonly naming: Naming;
  /** The model that is read; absent for what comes from outside, where the last one wins. */
  readonly within?: Span;
}

export interface Change extends Merging {
  readonly action: "set" | Edit["action"];
  /** What is left of it on the way into the block. */
  readonly path: readonly Name[];
  /** All of it, as written. */
  readonly whole: string;
  /** Absent when removing, and where a block is replaced. */
  readonly value?: Expression | undefined;
  readonly side?: Edit["side"];
  /** Replaces the block that its keyword and label name at the end of the path. */
  readonly block?: MergedBlock;
  readonly span: Span;
}

export const changeOf = (entry: Setting | Edit, merging: Merging): Change => ({
  ...merging,
  action: entry.kind === "edit" ? entry.action : "set",
  path: entry.path,
  whole: pathText(entry.path),
  value: entry.value,
  ...(entry.kind === "edit" && entry.side && { side: entry.side }),
  span: entry.span,
});

/** `block` with the change made; as it was where the change cannot be made, which is reported. */
export function changed(block: MergedBlock, change: Change): MergedBlock {
  const { path, action } = change;
  if (change.block && path.length === 1) return withBlockReplaced(block, change.block, change);
  const [index, rest] = locate(block.entries, path, action);
  const found = block.entries[index];
  if (found === undefined) return missing(block, change);
  const replaceBy = (entries: readonly MergedEntry[]): MergedBlock => ({
    ...block,
    entries: [...block.entries.slice(0, index), ...entries, ...block.entries.slice(index + 1)],
  });
  if (rest.length === 0 && action === "remove") {
    reportOverwritten(found, change);
    return replaceBy([]);
  }
  if (found.kind === "block") {
    if (rest.length > 0) return replaceBy([changed(found, { ...change, path: rest })]);
    if (change.value?.kind === "hole") return replaceBy([{ ...found, isPartial: true }]);
    return conflict(block, found, change);
  }
  if (change.block) return conflict(block, found, change);
  const value = newValue(found, rest, change);
  // What it is after a change that cannot be made, nobody knows.
  if (value === undefined) return replaceBy([{ ...found, value: { kind: "hole", span: found.value.span } }]);
  const history = [...found.history, found.span];
  if (value === "uses")
    return replaceBy([{ ...found, edits: [...(found.edits ?? []), useEdit(rest, change)] }]);
  const { edits, ...kept } = found;
  // What a new value builds is none of what earlier changes were made in.
  const still = rest.length > 0 || action === "append" ? edits : undefined;
  if (rest.length === 0 && action !== "append") reportOverwritten(found, change);
  return replaceBy([{ ...kept, value, span: change.span, history, ...(still && { edits: still }) }]);
}

const useEdit = (path: readonly Name[], { action, side, whole, value, span }: Change): UseEdit => ({
  action,
  ...(side && { side }),
  path,
  whole,
  value,
  span,
});

/** The block in its place keeps what its head does not say anew. */
function withBlockReplaced(into: MergedBlock, by: MergedBlock, change: Change): MergedBlock {
  const { keyword, label: wanted } = by;
  const found = into.entries.find(
    (entry): entry is MergedBlock =>
      entry.kind === "block" &&
      (wanted || entry.keyword.text === keyword.text
        ? entry.keyword.text === keyword.text && entry.label?.text === wanted?.text
        : entry.label?.text === keyword.text),
  );
  if (!found) return missing(into, change);
  reportOverwritten(found, change);
  const { entries: _, documentation: __, ...head } = found;
  const replaced = { ...head, ...by, keyword: found.keyword, history: [...found.history, found.span] };
  return { ...into, entries: into.entries.map((entry) => (entry === found ? replaced : entry)) };
}

/** Index of the entry that the path reaches first, and what is left of the path behind it. */
function locate(
  entries: readonly MergedEntry[],
  path: readonly Name[],
  action: Change["action"],
): readonly [number, readonly Name[]] {
  const [first, second] = path.map((part) => part.text);
  const labelled = (label: string | undefined) => (entry: MergedEntry) =>
    entry.kind === "block" && entry.label !== undefined && entry.label.text === label;
  const byKeyword =
    second === undefined
      ? -1
      : entries.findIndex(
          (entry) => labelled(second)(entry) && (entry as MergedBlock).keyword.text === first,
        );
  if (byKeyword >= 0) return [byKeyword, path.slice(2)];
  const plain = entries.findIndex((entry) =>
    entry.kind === "setting" ? entry.name.text === first : !entry.label && entry.keyword.text === first,
  );
  if (plain >= 0) return [plain, path.slice(1)];
  // A name alone that is set is a new key, though some block bears it as its label.
  if (path.length === 1 && action !== "remove") return [-1, path];
  return [entries.findIndex(labelled(first)), path.slice(1)];
}

function newValue(found: MergedSetting, rest: readonly Name[], change: Change): Changed {
  const builds = rest.length > 0 || change.action === "append" || change.action === "insert";
  if (found.value.kind === "hole" && builds) return found.value;
  if (rest.length === 0 && change.action === "insert") {
    const values = { name: found.name.text, problem: "a path must lead to one of its items or layers" };
    change.report(diagnose(mergeCodes, "merge/cannot-insert", values, { span: change.path.at(-1)!.span }));
    return undefined;
  }
  if (rest.length > 0) return changeValue(found.name.text, found.value, { ...change, path: rest });
  return change.action === "append" ? appended(found.name.text, found.value, change) : change.value!;
}

/** Setting what is not there adds it, with the blocks on the way; anything else has nothing to change. */
function missing(block: MergedBlock, change: Change): MergedBlock {
  const { path, span, report } = change;
  const [name, label] = path as [Name, ...Name[]];
  const labels = (label === undefined ? [] : block.entries).flatMap((entry) =>
    entry.kind === "block" && entry.label && entry.keyword.text === name.text ? entry.label.text : [],
  );
  // Behind a keyword whose blocks have labels only one of these leads on.
  const wanted = label && labels.length > 0 ? label : name;
  if (change.action !== "set" || wanted !== name) {
    if (block.isPartial) return block;
    const names = wanted === name ? block.entries.flatMap(namesOf) : labels;
    const [deeper, ...others] = change.block ? [] : pathsTo(wanted.text, block);
    const nearest =
      nearestName(wanted.text, names) ??
      (others.length === 0 && deeper
        ? pathText([...deeper.map((text) => ({ text })), ...path.slice(1)])
        : undefined);
    const values = { path: change.whole, nearest };
    report(diagnose(mergeCodes, "merge/nothing-there", values, { span: wanted.span }));
    return { ...block, isPartial: true };
  }
  if (path.length === 1) {
    const setting: MergedSetting = { kind: "setting", name, value: change.value!, span, history: [] };
    return { ...block, entries: [...block.entries, setting] };
  }
  const inner: MergedBlock = {
    kind: "block",
    keyword: name,
    entries: [],
    span,
    history: [],
    ...(block.isPartial && { isPartial: true }),
  };
  return { ...block, entries: [...block.entries, changed(inner, { ...change, path: path.slice(1) })] };
}

/** The paths inside the blocks of `block` that end in `name`. */
const pathsTo = (name: string, block: MergedBlock): readonly (readonly string[])[] =>
  block.entries.flatMap((entry) =>
    entry.kind === "block" ? insideOf(entry, name).map((path) => [...headOf(entry), ...path]) : [],
  );

const insideOf = (block: MergedBlock, name: string): readonly (readonly string[])[] => [
  ...block.entries.flatMap((entry) => (namesOf(entry).at(-1) === name ? [[name]] : [])),
  ...pathsTo(name, block),
];

const headOf = ({ keyword, label }: MergedBlock): readonly string[] => [(label ?? keyword).text];

const namesOf = (entry: MergedEntry): readonly string[] =>
  entry.kind === "setting"
    ? [entry.name.text]
    : [entry.keyword.text, ...(entry.label ? [entry.label.text] : [])];

/** `detect = { keep = 5 }` meant `detect { keep = 5 }`, where the path is one name. */
function asBlock(
  value: Expression | undefined,
  [name]: readonly Name[],
  whole: string,
): readonly Fix[] | undefined {
  if (value?.kind !== "record" || whole !== name!.text) return undefined;
  const span = { ...name!.span, start: name!.span.end, end: value.span.start };
  // In YAML, and under the `vary` of an ablation, the two do not stand side by side.
  if (!/^\s*=\s*$/.test(span.source.text.slice(span.start, span.end))) return undefined;
  return [{ title: `write \`${whole} { ... }\``, edits: [{ span, text: " " }] }];
}

function conflict(
  block: MergedBlock,
  found: MergedEntry,
  { path, whole, value, report }: Change,
): MergedBlock {
  const name = path[path.length - 1]!;
  const span = found.kind === "block" ? found.keyword.span : found.name.span;
  const kind = found.kind === "block" ? "block" : "value";
  const related = [{ message: `it is a ${kind} here`, span }];
  const values = { name: name.text, found: kind } as const;
  const fixes = found.kind === "block" ? asBlock(value, path, whole) : undefined;
  report(diagnose(mergeCodes, "merge/block-and-value", values, { span: name.span, related, fixes }));
  return block;
}

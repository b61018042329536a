/** What stands at a path of a merged model. */
import type { MergedBlock, MergedEntry } from "./spec.ts";

export interface Found {
  readonly entry: MergedEntry;
  /** What is left of the path: it leads into the value of a setting. */
  readonly rest: readonly string[];
}

/** A block goes by its keyword, by its label, or by both; undefined where a name of a block is wrong. */
export function entryAt(block: MergedBlock, path: readonly string[]): Found | undefined {
  const [first, second] = path;
  const { entries } = block;
  const both = entries.find((entry) => isBlock(entry, first) && entry.label && entry.label.text === second);
  const plain = entries.find((entry) =>
    entry.kind === "setting" ? entry.name.text === first : isBlock(entry, first) && !entry.label,
  );
  const labelled = entries.find((entry) => entry.kind === "block" && entry.label?.text === first);
  const entry = both ?? plain ?? labelled;
  if (!entry) return undefined;
  const rest = path.slice(entry === both ? 2 : 1);
  return entry.kind === "setting" || rest.length === 0 ? { entry, rest } : entryAt(entry, rest);
}

const isBlock = (entry: MergedEntry, keyword: string | undefined): entry is MergedBlock =>
  entry.kind === "block" && entry.keyword.text === keyword;

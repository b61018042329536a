/** The order that YAML gives to a document: what shares a key stands together. */
import type { Span } from "../diagnostics/span.ts";
import type { Declaration, Document, Entry } from "./ast.ts";

/** The key of a map that holds `entry` beside others of its kind; undefined where it has one of its own. */
function sharedKey(entry: Declaration | Entry): string | undefined {
  if (entry.kind === "module") return entry.form;
  if (entry.kind === "edit") return "edit";
  return entry.kind === "block" && entry.label ? `block ${entry.keyword.text}` : undefined;
}

/** Those that share a key at the place of the first. */
export function grouped<T extends Declaration | Entry>(entries: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  const byKey = new Map<string, T[]>();
  for (const entry of entries) {
    const key = sharedKey(entry);
    const group = key === undefined ? undefined : byKey.get(key);
    if (group) group.push(entry);
    else {
      const fresh = [entry];
      if (key !== undefined) byKey.set(key, fresh);
      groups.push(fresh);
    }
  }
  return groups;
}

/** `document` with its parts in the order of its YAML form. */
export function inYamlOrder(document: Document): Document {
  return { ...document, declarations: orderedEntries(document.declarations) };
}

function orderedEntries<T extends Declaration | Entry>(entries: readonly T[]): readonly T[] {
  return grouped(entries)
    .flat()
    .map((entry) => {
      if (entry.kind === "block") return { ...entry, entries: orderedEntries(entry.entries) };
      if (entry.kind !== "edit" || !entry.block) return entry;
      return { ...entry, block: { ...entry.block, entries: orderedEntries(entry.block.entries) } };
    });
}

/** The first edit that YAML would put before something that it may depend on. */
export function moved(document: Document): Span | undefined {
  return movedIn(document.declarations);
}

function movedIn(entries: readonly (Declaration | Entry)[]): Span | undefined {
  const first = entries.findIndex((entry) => entry.kind === "edit");
  const names = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const inside = entry.kind === "block" ? movedIn(entry.entries) : undefined;
    if (inside) return inside;
    if (first < 0 || index < first) continue;
    if (entry.kind === "edit") {
      if (entry.path.some(({ text }) => names.has(text))) return entry.span;
    } else if (entry.kind === "setting") for (const { text } of entry.path) names.add(text);
    else if (entry.kind === "block")
      for (const name of [entry.keyword, entry.label]) if (name) names.add(name.text);
  }
  return undefined;
}

/** What stands behind the cursor already: an item does not write it again, and one that cannot stand before it goes. */
import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver";
import type { Expected } from "./cursor.ts";

/** `rest` is the text behind the cursor and the word under it. */
export function before(
  rest: string,
  expected: Expected,
  items: readonly CompletionItem[],
): readonly CompletionItem[] {
  // In YAML a call is a key as well.
  if (/^[ \t]*:\s/.test(rest)) return items.map(bare);
  if (/^\.\w/.test(rest)) return expected === "key" ? firstParts(items) : items;
  const isStatement = expected === "key" || expected === "binding" || expected === "declaration";
  if (/^[ \t]*=(?!=)/.test(rest) && (isStatement || expected === "value"))
    return items.filter(isKey).map(bare);
  if (/^[ \t]*\{/.test(rest) && isStatement) return items.filter(isBlock).map(bare);
  return /^[ \t]*\(/.test(rest) ? items.filter((item) => !isKey(item)).map(bare) : items;
}

const isKey = ({ insertText = "" }: CompletionItem): boolean => insertText.endsWith(" = ");

const isBlock = ({ insertText = "", kind }: CompletionItem): boolean =>
  insertText.includes("{") || kind === CompletionItemKind.Module;

function bare({ insertText = "", insertTextFormat: _, ...item }: CompletionItem): CompletionItem {
  return { ...item, ...(insertText.startsWith(item.label) && { insertText: item.label }) };
}

/** Of `mask.AP` the part before the dot. */
function firstParts(items: readonly CompletionItem[]): readonly CompletionItem[] {
  const plain = items.filter(({ insertTextFormat }) => insertTextFormat !== InsertTextFormat.Snippet);
  const parts = plain
    .filter((item) => !isKey(item))
    .map((item) => ({ ...item, label: item.label.split(".")[0]! }));
  return [...new Map(parts.map((item) => [item.label, item])).values()];
}

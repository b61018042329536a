/** Items of completion as the editor protocol has them. */
import { type CompletionItem, CompletionItemKind, InsertTextFormat, type Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";

/** One item for each of the words. */
export const words = (
  kind: CompletionItemKind,
  labels: readonly (string | number)[],
): readonly CompletionItem[] => [...new Set(labels.map(String))].map((label) => ({ label, kind }));

/** A text with places to fill in: `$1`, `$2`, and `$0` for the last. */
export const snippet = (label: string, insertText: string, documentation?: string): CompletionItem => ({
  label,
  kind: CompletionItemKind.Keyword,
  insertText,
  insertTextFormat: InsertTextFormat.Snippet,
  ...(documentation !== undefined && { documentation }),
});

/** The text behind the cursor, the rest of the word under it left out. */
export const restAt = (text: TextDocument, offset: number): string =>
  text.getText().slice(offset).replace(/^\w+/, "");

/** Replaces the whole of what is written in `range`, also where it holds a `/`. */
export const placed = ({ insertText, ...item }: CompletionItem, range: Range): CompletionItem => ({
  ...item,
  textEdit: { range, newText: insertText ?? item.label },
});

/** For editors that would show the `$` of a snippet: the bare word. */
export function plain({ insertTextFormat, ...item }: CompletionItem): CompletionItem {
  if (insertTextFormat !== InsertTextFormat.Snippet || !item.textEdit) return item;
  return { ...item, textEdit: { ...item.textEdit, newText: item.label } };
}

/** The text as `rcnn format` writes it. */
import type { TextEdit } from "vscode-languageserver";
import { format } from "../syntax/rewrite.ts";
import type { Snapshot } from "./workspace.ts";

/** Nothing for a text that cannot be read as a whole, since what was not understood would be lost. */
export function formatting({ tree, text }: Snapshot): readonly TextEdit[] {
  const { value } = format(tree.source);
  const before = text.getText();
  // The ends of its lines are the writer's own.
  const formatted = before.includes("\r\n") ? value?.replaceAll(/\r?\n/g, "\r\n") : value;
  if (formatted === undefined || formatted === before) return [];
  return [{ range: { start: text.positionAt(0), end: text.positionAt(before.length) }, newText: formatted }];
}

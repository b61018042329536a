/** The text as `rcnn format` writes it. */
import type { TextEdit } from "vscode-languageserver";
import { isYaml } from "../syntax/parse.ts";
import { print } from "../syntax/print.ts";
import type { Snapshot } from "./workspace.ts";

/** Nothing for a text that cannot be read as a whole, since what was not understood would be lost. */
export function formatting({ path, tree, text, analysis }: Snapshot): readonly TextEdit[] {
  const isBroken = analysis.diagnostics.some(
    ({ code, span }) => code.startsWith("syntax/") && span?.source.name === path,
  );
  if (isBroken || isYaml(path)) return [];
  const formatted = print(tree);
  const before = text.getText();
  if (formatted === before) return [];
  return [{ range: { start: text.positionAt(0), end: text.positionAt(before.length) }, newText: formatted }];
}

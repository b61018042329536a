/** Renaming what a text declares, in every file of the workspace that names it. */
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { isName } from "../syntax/word.ts";
import { anyComponent } from "./catalog-text.ts";
import { placesOf, symbolAt } from "./definition.ts";
import { type Declared, globalSymbol, occurrencesIn } from "./names.ts";
import { rangeOf, touches, uriOf } from "./ranges.ts";
import type { Snapshot } from "./workspace.ts";

/** Why not, in words for the editor. */
export interface Refusal {
  readonly refusal: string;
}

/** What would be renamed: its place and its name now. */
export function prepareRename(
  snapshot: Snapshot,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | Refusal {
  const offset = snapshot.text.offsetAt(position);
  const { tree, analysis, text } = snapshot;
  const found = occurrencesIn(tree, analysis.declarations).find(({ span }) => touches(span, offset));
  const refusal = whyFixed(found?.symbol);
  if (!found || refusal !== undefined) return { refusal: refusal ?? "" };
  return { range: rangeOf(found.span, text), placeholder: found.symbol.name };
}

export function rename(
  snapshot: Snapshot,
  position: Position,
  newName: string,
  all: readonly Snapshot[],
): WorkspaceEdit | Refusal {
  const symbol = symbolAt(snapshot, snapshot.text.offsetAt(position));
  const refusal = whyFixed(symbol) ?? whyNot(symbol!, newName, [snapshot, ...all]);
  if (refusal !== undefined) return { refusal };
  const changes: Record<string, TextEdit[]> = {};
  for (const span of placesOf(symbol!, [snapshot, ...all])) {
    const uri = uriOf(span.source.name);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText: newName }];
  }
  return { changes };
}

function whyFixed(symbol: Declared | undefined): string | undefined {
  if (!symbol)
    return "Only what a text declares can be renamed: networks, blocks, models, constants, parameters, bindings, heads.";
  if (symbol.kind === "input" || symbol.kind === "result")
    return `\`${symbol.name}\` joins networks by its name: whatever stands before or behind would have to change with it.`;
  return undefined;
}

function whyNot(symbol: Declared, newName: string, snapshots: readonly Snapshot[]): string | undefined {
  if (!isName(newName)) return `\`${newName}\` is not a name of the language.`;
  const sees = snapshots.filter(({ documents }) => documents.has(symbol.span.source.name));
  for (const { documents, analysis, catalog } of sees) {
    const isGlobal = symbol.kind !== "head" && globalSymbol(newName, analysis.declarations);
    if (isGlobal) return `There is already a ${isGlobal.kind} \`${newName}\`.`;
    if (symbol.kind !== "head" && anyComponent(newName, catalog))
      return `\`${newName}\` is a word of the catalogue already.`;
    const tree = documents.get(symbol.span.source.name)!;
    const clash = occurrencesIn(tree, analysis.declarations).find((each) => each.symbol.name === newName);
    if (clash)
      return `There is already a ${clash.symbol.kind} \`${newName}\` in the file that declares \`${symbol.name}\`.`;
  }
  return undefined;
}

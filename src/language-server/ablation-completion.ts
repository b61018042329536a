/** What may be written in ablations: their words, the models that they vary, and what is measured. */
import { type CompletionItem, CompletionItemKind } from "vscode-languageserver";
import { measures } from "../sweep/ablation.ts";
import { ablationWords } from "../sweep/read-ablation.ts";
import { words } from "./completion-items.ts";
import type { Cursor } from "./cursor.ts";
import type { Snapshot } from "./workspace.ts";

/** Words of ablations, at their top, in their parts and in their cases. */
export function ablationItems({ blocks, keys, path }: Cursor): readonly CompletionItem[] {
  const [root, ...inner] = blocks.map(({ keyword }) => keyword);
  if (root !== "ablation") return [];
  const [part, last] = [inner.at(-2), inner.at(-1)];
  const settings = (some: readonly string[]) =>
    some
      .filter((key) => !keys.includes(key))
      .map((label) => ({ label, kind: CompletionItemKind.Property, insertText: `${label} = ` }));
  const inside = words(CompletionItemKind.Module, ablationWords.blocks);
  const published = words(CompletionItemKind.Module, ["published"]);
  switch (last) {
    case undefined:
      return [...settings(ablationWords.keys.filter((key) => key !== "published")), ...inside, ...published];
    case "case":
      return [...(part === "vary" ? settings(["value"]) : []), ...published];
    case "vary":
      return words(CompletionItemKind.Module, ["case"]);
    case "published":
      return [...measureItems(path), ...settings(["source"])];
    default:
      return ablationWords.blocks.includes(last as never) ? [...settings(["exclude"]), ...inside] : [];
  }
}

/** All of them, or what follows the dot of `mask.`. */
export function measureItems([first]: readonly string[]): readonly CompletionItem[] {
  const all = Object.values(measures).flat();
  const parts = all.flatMap((measure) => {
    if (first === undefined) return [measure];
    return measure.startsWith(`${first}.`) ? [measure.slice(first.length + 1)] : [];
  });
  return words(CompletionItemKind.Property, parts);
}

/** Of `base`, a model, and of `metric`; undefined for other values. */
export function ablationValues(
  { blocks, setting, call }: Cursor,
  { analysis }: Snapshot,
): readonly CompletionItem[] | undefined {
  if (blocks.length !== 1 || blocks[0]!.keyword !== "ablation" || call) return undefined;
  switch (setting?.join(".")) {
    case "base":
      return words(CompletionItemKind.Class, [...analysis.declarations.models.keys()]);
    case "metric":
      return words(CompletionItemKind.EnumMember, Object.keys(measures));
    default:
      return undefined;
  }
}

/** The next part of a path that a change is about: keys, heads, and the layers that a model is built of. */
import { type CompletionItem, CompletionItemKind } from "vscode-languageserver";
import type { MergedBlock } from "../merge/spec.ts";
import type { Model } from "../model/model.ts";
import { words } from "./completion-items.ts";
import type { Cursor } from "./cursor.ts";
import { type BlockHead, sectionOf, sectionsAlong } from "./sections.ts";
import type { Snapshot } from "./workspace.ts";

export function pathItems(cursor: Cursor, snapshot: Snapshot): readonly CompletionItem[] {
  const { path } = cursor;
  const blocks = around(cursor.blocks);
  const { catalog, analysis, models } = snapshot;
  const section = sectionOf(blocks, catalog, analysis.specs);
  const ends = section ? sectionsAlong(section, path) : [];
  const keys = ends.flatMap(({ parameters, sections }) => [
    ...Object.keys(parameters),
    ...Object.keys(sections),
  ]);
  const whole = [...blocks.slice(1).map(({ keyword, label }) => label ?? keyword), ...path];
  const heads = analysis.specs.flatMap(({ model }) => labelsAt(model, whole));
  const parts = models.flatMap(layerPaths).flatMap((layer) => nextPart(layer, whole));
  return [
    ...words(CompletionItemKind.Property, keys),
    ...words(CompletionItemKind.Module, heads),
    ...words(CompletionItemKind.Field, parts),
  ];
}

/** `vary` is about the base model as a whole. */
const around = (blocks: readonly BlockHead[]): readonly BlockHead[] =>
  blocks[0]?.keyword === "ablation" && !blocks.some(({ keyword }) => keyword === "case")
    ? [{ keyword: "model" }]
    : blocks;

/** Of all layers, wherever they are written. */
function layerPaths({ backbone, rpn, regions }: Model): readonly string[] {
  const heads = regions.heads.flatMap((head) => ("layers" in head ? [head.layers] : []));
  return [backbone, rpn?.head, regions.trunk, ...heads]
    .flatMap((each) => each?.layers ?? [])
    .map(({ path }) => path);
}

/** The paths of layers go by labels, without the keyword in front. */
function nextPart(path: string, whole: readonly string[]): readonly string[] {
  const start = `${whole.filter((name) => name !== "head").join(".")}.`;
  const next = path.startsWith(start) ? /^[\w[\]]+/.exec(path.slice(start.length)) : undefined;
  return next ? [next[0]] : [];
}

function labelsAt(model: MergedBlock, path: readonly string[]): readonly string[] {
  const end = path
    .filter((name) => name !== "head")
    .reduce<MergedBlock | undefined>(
      (at, name) =>
        at?.entries.find(
          (entry): entry is MergedBlock =>
            entry.kind === "block" && (entry.label?.text ?? entry.keyword.text) === name,
        ),
      model,
    );
  return (end?.entries ?? []).flatMap((entry) => (entry.kind === "block" ? (entry.label?.text ?? []) : []));
}

/** What could be written at the cursor, out of the catalogue and of what the files declare. */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import { isRequired, type ParameterDef, type Section } from "../check/catalog.ts";
import { describeKind, unitsOf } from "../check/kinds.ts";
import { parameterTypes } from "../check/types.ts";
import { textOf } from "../check/values.ts";
import { measures } from "../sweep/ablation.ts";
import { ablationWords } from "../sweep/read-ablation.ts";
import { anyComponent, parameterText, sectionText } from "./catalog-text.ts";
import { placed, snippet, words } from "./completion-items.ts";
import { type Cursor, cursorOf } from "./cursor.ts";
import { pathItems } from "./path-completion.ts";
import { sectionOf, settingKey } from "./sections.ts";
import { argumentKind, moduleValues, settingKind, valuesOf } from "./value-completion.ts";
import type { Snapshot } from "./workspace.ts";

/** Of a `.rcnn` text; `usable` are the files that `use` could name. */
export function completion(
  snapshot: Snapshot,
  position: Position,
  usable: readonly string[],
): readonly CompletionItem[] {
  const { text } = snapshot;
  const offset = text.offsetAt(position);
  const cursor = cursorOf(text.getText().slice(0, offset));
  const range = { start: text.positionAt(offset - cursor.prefix.length), end: position };
  return itemsFor(cursor, snapshot, usable).map((item) => placed(item, range));
}

/** The same, without the place where it is written. */
export function itemsFor(
  cursor: Cursor,
  snapshot: Snapshot,
  usable: readonly string[],
): readonly CompletionItem[] {
  const { analysis } = snapshot;
  switch (cursor.expected) {
    case "declaration":
      return declarations;
    case "key":
      return keyItems(cursor, snapshot);
    case "binding":
      return words(CompletionItemKind.Keyword, ["return"]);
    case "file":
      return words(CompletionItemKind.File, usable);
    case "head-type":
      return headTypes(cursor, snapshot);
    case "levels":
      return words(CompletionItemKind.Field, levelsOf(snapshot));
    case "base":
      return words(CompletionItemKind.Class, [...analysis.declarations.models.keys()]);
    case "parameter-type":
      return words(CompletionItemKind.TypeParameter, parameterTypes);
    case "member":
      return words(CompletionItemKind.Field, ["channels", "stride", "height", "width"]);
    case "unit":
      return words(
        CompletionItemKind.Unit,
        unitsOf(argumentKind(cursor, snapshot) ?? settingKind(cursor, snapshot)),
      );
    case "path":
      return pathItems(cursor, snapshot);
    case "layer":
      return moduleValues(snapshot);
    case "value":
      return valueItems(cursor, snapshot);
    case "nothing":
      return [];
  }
}

/** Whether the value is that of a key of an ablation: of `base`, a model, or of `metric`. */
const isOfAblation = (key: "base" | "metric", { blocks, setting, call }: Cursor): boolean =>
  blocks.length === 1 && blocks[0]!.keyword === "ablation" && setting?.join(".") === key && !call;

function valueItems(cursor: Cursor, snapshot: Snapshot): readonly CompletionItem[] {
  const { record, call, inBody, blocks, locals } = cursor;
  if (record && record.key === undefined) return recordKeys(cursor, snapshot);
  const kind = call ? argumentKind(cursor, snapshot) : settingKind(cursor, snapshot);
  if (isOfAblation("base", cursor))
    return words(CompletionItemKind.Class, [...snapshot.analysis.declarations.models.keys()]);
  if (isOfAblation("metric", cursor)) return words(CompletionItemKind.EnumMember, Object.keys(measures));
  const isOpen = kind === undefined && (inBody || blocks.length === 0);
  const values = isOpen ? moduleValues(snapshot) : valuesOf(kind, snapshot);
  return [
    ...argumentNames(cursor, snapshot),
    ...values,
    ...words(CompletionItemKind.Variable, locals),
    ...words(CompletionItemKind.Constant, [...snapshot.analysis.declarations.constants.keys()]),
  ];
}

const declarations: readonly CompletionItem[] = [
  snippet("use", 'use "$0"', "Uses the models, networks and blocks of another file."),
  snippet("model", "model $1 {\n  $0\n}", "Declares a detector."),
  snippet(
    "ablation",
    "ablation $1 {\n  base = $2\n  $0\n}",
    "Declares variants of a model, to be run and tabled.",
  ),
  snippet("network", "network $1() -> { $2 } {\n  $0\n}", "Declares layers with named results."),
  snippet("block", "block $1() {\n  return input -> $0\n}", "Declares layers with one result."),
];

/** Keys and blocks that the block around does not have yet, those that it needs first. */
function keyItems({ blocks, keys }: Cursor, { catalog, analysis }: Snapshot): readonly CompletionItem[] {
  const section = sectionOf(blocks, catalog, analysis.specs);
  const variation = ablationItems(blocks, keys);
  if (!section) return variation;
  const settings = Object.entries(section.parameters)
    .filter(([key]) => !keys.includes(key))
    .map(([key, parameter]) => settingItem(key, parameter, section));
  const inner = Object.entries(section.sections).map(([keyword, subsection]) =>
    subsection.kind === "one"
      ? blockItem(keyword, subsection.section)
      : snippet(keyword, `${keyword} $1: \${2|${Object.keys(subsection.types).join(",")}|} {\n  $0\n}`),
  );
  const edits = words(CompletionItemKind.Keyword, ["replace", "append", "insert", "remove"]);
  return [
    ...settings,
    ...inner,
    ...variation,
    ...edits.map((item) => ({ ...item, sortText: `9${item.label}` })),
  ];
}

/** Words of ablations, at their top, in their parts and in their cases. */
function ablationItems(blocks: Cursor["blocks"], keys: readonly string[]): readonly CompletionItem[] {
  const [root, ...inner] = blocks.map(({ keyword }) => keyword);
  if (root !== "ablation") return [];
  const [part, last] = [inner.at(-2), inner.at(-1)];
  const settings = (some: readonly string[]) =>
    some
      .filter((key) => !keys.includes(key))
      .map((label) => ({ label, kind: CompletionItemKind.Property, insertText: `${label} = ` }));
  const inside = words(CompletionItemKind.Module, ablationWords.blocks);
  switch (last) {
    case undefined:
      return [...settings(ablationWords.keys), ...inside];
    case "case":
      return [
        ...(part === "vary" ? settings(["value"]) : []),
        ...words(CompletionItemKind.Module, ["published"]),
      ];
    case "vary":
      return words(CompletionItemKind.Module, ["case"]);
    case "published":
      return words(CompletionItemKind.Property, Object.values(measures).flat());
    default:
      return ablationWords.blocks.includes(last as never) ? [...settings(["exclude"]), ...inside] : [];
  }
}

const markdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

const settingItem = (
  key: string,
  parameter: ParameterDef,
  owner: Pick<Section, "source">,
): CompletionItem => ({
  label: key,
  kind: CompletionItemKind.Property,
  detail: describeKind(parameter.kind),
  documentation: markdown(parameterText(key, parameter, owner.source)),
  insertText: `${key} = `,
  sortText: `${isRequired(parameter) ? 0 : 1}${key}`,
});

const blockItem = (keyword: string, section: Section): CompletionItem => ({
  label: keyword,
  kind: CompletionItemKind.Module,
  documentation: markdown(sectionText(keyword, section)),
  insertText: `${keyword}${section.on ? " on $1" : ""} { $0 }`,
  insertTextFormat: InsertTextFormat.Snippet,
  sortText: `1${keyword}`,
});

function headTypes({ blocks }: Cursor, { catalog, analysis }: Snapshot): readonly CompletionItem[] {
  const section = sectionOf(blocks, catalog, analysis.specs);
  return Object.values(section?.sections ?? {}).flatMap((subsection) =>
    subsection.kind === "one"
      ? []
      : Object.entries(subsection.types).map(([type, { summary }]) => ({
          label: type,
          kind: CompletionItemKind.Class,
          documentation: summary,
        })),
  );
}

/** Results of the networks that the models here begin with. */
function levelsOf({ models, analysis }: Snapshot): readonly string[] {
  const built = models.flatMap(({ backbone }) => backbone.results.map(({ name }) => name));
  const declared = [...analysis.declarations.modules.values()].flatMap(({ results }) => results ?? []);
  return [...new Set([...built, ...declared.map(({ text }) => text)])];
}

/** Names of arguments that the call does not have yet; none behind `name =`. */
function argumentNames({ call, record }: Cursor, { catalog, analysis }: Snapshot): readonly CompletionItem[] {
  if (!call || record || call.argument !== undefined) return [];
  const { given, position } = call;
  const module = analysis.declarations.modules.get(call.callee);
  if (module)
    return module.parameters
      .slice(position)
      .filter(({ name }) => !given.includes(name.text))
      .map(({ name, span }) => ({
        label: name.text,
        kind: CompletionItemKind.Field,
        detail: textOf(span),
        insertText: `${name.text} = `,
        sortText: `0${name.text}`,
      }));
  const component = anyComponent(call.callee, catalog);
  return Object.entries(component?.parameters ?? {})
    .slice(position)
    .filter(([name]) => !given.includes(name))
    .map(([name, parameter]) => ({ ...settingItem(name, parameter, component!), sortText: `0${name}` }));
}

function recordKeys(cursor: Cursor, snapshot: Snapshot): readonly CompletionItem[] {
  const { blocks, setting } = cursor;
  const { catalog, analysis } = snapshot;
  const kind =
    argumentKind(cursor, snapshot) ??
    settingKey(blocks, setting ?? [], catalog, analysis.specs)?.parameter.kind;
  const options = kind?.kind === "either" ? kind.options : kind ? [kind] : [];
  return options.flatMap((option) =>
    option.kind === "record"
      ? Object.entries(option.fields).map(([key, field]) => ({
          label: key,
          kind: CompletionItemKind.Property,
          detail: describeKind(field),
          insertText: `${key} = `,
        }))
      : [],
  );
}

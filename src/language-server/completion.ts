/** What could be written at the cursor, out of the catalogue and of what the files declare. */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import { isRequired, type ParameterDef, type Section } from "../check/catalog.ts";
import { describeKind, type Kind, unitsOf } from "../check/kinds.ts";
import { parameterTypes } from "../check/types.ts";
import { textOf } from "../check/values.ts";
import { units } from "../syntax/literals.ts";
import { ablationItems, ablationValues, measureItems } from "./ablation-completion.ts";
import { anyComponent, parameterText, sectionText } from "./catalog-text.ts";
import { placed, restAt, snippet, words } from "./completion-items.ts";
import { before } from "./completion-rest.ts";
import { type Cursor, cursorOf } from "./cursor.ts";
import { pathItems } from "./path-completion.ts";
import { sectionOf, settingKey } from "./sections.ts";
import { isKind, nodesAt } from "./tree.ts";
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
  const written = cursorOf(text.getText().slice(0, offset));
  const { record } = written;
  const cursor = {
    ...written,
    keys: [...written.keys, ...keysBehind(snapshot, offset)],
    record: record && { ...record, given: [...record.given, ...fieldsBehind(restAt(text, offset))] },
  };
  const range = { start: text.positionAt(offset - cursor.prefix.length), end: position };
  return before(restAt(text, offset), cursor.expected, itemsFor(cursor, snapshot, usable)).map((item) =>
    placed(item, range),
  );
}

/** What the block around has behind the cursor: keys and blocks that go by their keyword alone. */
function keysBehind({ tree }: Snapshot, offset: number): readonly string[] {
  const block = nodesAt(tree, offset).findLast((node) => isKind(node, "block"));
  if (!isKind(block, "block")) return [];
  return block.entries.flatMap((entry) => {
    if (entry.span.start <= offset || entry.kind === "edit") return [];
    if (entry.kind === "block") return entry.label ? [] : [entry.keyword.text];
    return entry.path.length === 1 ? [entry.path[0]!.text] : [];
  });
}

/** Fields of a record that stand between the cursor and its end. */
const fieldsBehind = (rest: string): readonly string[] =>
  [...rest.slice(0, Math.max(rest.search(/[{}]/), 0)).matchAll(/(\w+)\s*=/g)].map(([, name]) => name!);

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
      return words(CompletionItemKind.Field, levelsOf(cursor, snapshot));
    case "base":
      return words(CompletionItemKind.Class, [...analysis.declarations.models.keys()]);
    case "parameter-type":
      return words(CompletionItemKind.TypeParameter, parameterTypes);
    case "member":
      return memberItems(cursor, snapshot);
    case "unit":
      return unitItems(cursor, snapshot);
    case "clause":
      return words(CompletionItemKind.Keyword, [cursor.blocks.length === 0 ? "extends" : "on"]);
    case "path":
      return cursor.blocks.at(-1)?.keyword === "published"
        ? measureItems(cursor.path)
        : pathItems(cursor, snapshot);
    case "layer":
      return moduleValues(snapshot);
    case "value":
      return valueItems(cursor, snapshot);
    case "nothing":
      return [];
  }
}

/** Results of the network before the dot, or the numbers of a map; both for a name that could be either. */
function memberItems({ member }: Cursor, { analysis }: Snapshot): readonly CompletionItem[] {
  const numbers = words(CompletionItemKind.Field, ["channels", "stride", "height", "width"]);
  const results = member && analysis.declarations.modules.get(member)?.results;
  return results
    ? words(
        CompletionItemKind.Field,
        results.map(({ text }) => text),
      )
    : numbers;
}

/** All of them where the kind is not known, as in a constant. */
function unitItems(cursor: Cursor, snapshot: Snapshot): readonly CompletionItem[] {
  const kind = argumentKind(cursor, snapshot) ?? settingKind(cursor, snapshot);
  return words(CompletionItemKind.Unit, kind ? unitsOf(kind) : units);
}

function valueItems(cursor: Cursor, snapshot: Snapshot): readonly CompletionItem[] {
  const { record, call, inBody, blocks, locals } = cursor;
  if (record && record.key === undefined) return recordKeys(cursor, snapshot);
  const kind = call ? argumentKind(cursor, snapshot) : settingKind(cursor, snapshot);
  const named = ablationValues(cursor, snapshot);
  if (named) return named;
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
function keyItems(cursor: Cursor, { catalog, analysis }: Snapshot): readonly CompletionItem[] {
  const { blocks, keys } = cursor;
  const section = sectionOf(blocks, catalog, analysis.specs);
  const variation = ablationItems(cursor);
  if (!section) return variation;
  const settings = Object.entries(section.parameters)
    .filter(([key]) => !keys.includes(key))
    .map(([key, parameter]) => settingItem(key, parameter, section));
  const missing = Object.entries(section.sections).filter(
    ([keyword, { kind }]) => kind !== "one" || !keys.includes(keyword),
  );
  const inner = missing.map(([keyword, subsection]) =>
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

/** Results of the backbone of the model around; where that is not known, of all networks. */
function levelsOf({ blocks }: Cursor, { models, analysis }: Snapshot): readonly string[] {
  const own = models.filter(({ name }) => name === blocks[0]?.label);
  const built = own.flatMap(({ backbone }) => backbone.results.map(({ name }) => name));
  const declared = [...analysis.declarations.modules.values()].flatMap(({ results }) => results ?? []);
  return built.length > 0 ? built : declared.map(({ text }) => text);
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
  const missing = ([key]: readonly [string, Kind]) => !cursor.record?.given.includes(key);
  return options.flatMap((option) =>
    option.kind === "record"
      ? Object.entries(option.fields)
          .filter(missing)
          .map(([key, field]) => ({
            label: key,
            kind: CompletionItemKind.Property,
            detail: describeKind(field),
            insertText: `${key} = `,
          }))
      : [],
  );
}

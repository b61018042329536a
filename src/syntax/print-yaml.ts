/** `printYaml`: a document in its YAML form, with its comments. */
import { own } from "../support/own.ts";
import type { Block, Document, Edit, Entry, Expression, Module, Setting } from "./ast.ts";
import { pathText } from "./ast.ts";
import { grouped } from "./group.ts";
import { flatWithout, operand, type Printing } from "./print-flat.ts";
import { spellText } from "./spell.ts";
import { type CommentLine, type TriviaOf, triviaOf } from "./trivia.ts";
import { type Vocabulary, vocabulary } from "./vocabulary.ts";
import { emitYaml, type YamlField, type YamlTree } from "./yaml-emit.ts";
import {
  bodyField,
  fieldOf,
  isWorded,
  notesOf,
  stringTree,
  textOf,
  textTree,
  type Valued,
  valueTree,
} from "./yaml-value-tree.ts";

export interface YamlOptions {
  /** Path of the schema, for editors. */
  readonly schema?: string | undefined;
}

const schemaLine = /^ yaml-language-server: \$schema=/;

/** Documents whose names or blocks YAML has no place for come out changed; `isSame` tells. */
export function printYaml(
  document: Document,
  { schema }: YamlOptions = {},
  of: TriviaOf = triviaOf(document, "yaml"),
): string {
  const printing: Printing = { of, flat: new Map() };
  const { uses, declarations } = document;
  const items = uses.map((use) => ({ value: stringTree(use.path), ...notesOf(of(use), []) }));
  const fields = [
    ...(uses.length > 0 ? [lifted({ key: "use", value: { kind: "items", items } })] : []),
    ...grouped(declarations).map((group) => declarationField(group, printing)),
  ];
  const parted = fields.map((field, index) => ({
    ...field,
    gap: field.gap || (index > 0 && field.value.kind === "fields"),
  }));
  const text = emitYaml({ kind: "fields", fields: parted, end: of(document).end });
  return schema === undefined ? text : `# yaml-language-server: $schema=${schema}\n${text}`;
}

/** Whether a comment is the line that names the schema to editors. */
export const namesSchema = (text: string): boolean => schemaLine.test(text);

type Statement = Entry | Module;

const isModule = (entry: Statement): entry is Module => entry.kind === "module";

function declarationField(group: readonly Statement[], printing: Printing): YamlField {
  const [first] = group as readonly [Statement, ...Statement[]];
  if (!isModule(first)) return entryFields(group as readonly Entry[], vocabulary, printing)[0]!;
  const fields = (group as readonly Module[]).map((module, index) => ({
    ...fieldOf(module.name.text, moduleTree(module, printing), module, printing),
    ...(index > 0 && { gap: true }),
  }));
  return lifted({ key: first.form, value: { kind: "fields", fields, isLong: true } });
}

/** What stands before the first of several stands before their common key. */
function lifted({ key, value }: YamlField): YamlField {
  if (value.kind === "text") return { key, value };
  const [first] = value.kind === "items" ? value.items : value.fields;
  const { before = [], gap = false } = first ?? {};
  const bare = <T extends object>(part: T, index: number): T =>
    index === 0 ? { ...part, before: [], gap: false } : part;
  const rest: YamlTree =
    value.kind === "items"
      ? { ...value, items: value.items.map(bare) }
      : { ...value, fields: value.fields.map(bare) };
  return { key, value: rest, before, gap };
}

/** One field, but for edits of several kinds. */
function entryFields(group: readonly Entry[], known: Vocabulary, printing: Printing): readonly YamlField[] {
  const [first] = group as readonly [Entry, ...Entry[]];
  if (first.kind === "setting") return [settingField(first, known, printing)];
  if (first.kind === "edit") return editFields(group as readonly Edit[], known, printing);
  const key = first.keyword.text;
  const inside = own(known.blocks, key) ?? {};
  const fields = (group as readonly Block[]).map((block) =>
    fieldOf(
      block.label?.text ?? key,
      { tree: blockTree(block, inside, printing), homeless: [] },
      block,
      printing,
    ),
  );
  if (!first.label) return fields;
  return [lifted({ key, value: { kind: "fields", fields, isLong: true } })];
}

function settingField(setting: Setting, known: Vocabulary, printing: Printing): YamlField {
  const key = pathText(setting.path);
  const value = known.texts?.includes(key)
    ? textsTree(setting.value, printing)
    : valueTree(setting.value, printing, known.layers?.includes(key));
  // A map would be taken for the block that the key should have been, or at the top for one that is not known.
  const isOpen = own(known.blocks, key) !== undefined || (known === vocabulary && !isWorded(value.tree));
  const isMap = value.tree.kind === "fields";
  return fieldOf(key, isOpen && isMap ? textOf(setting.value, printing) : value, setting, printing);
}

/** Where plain strings are texts and no expressions. */
function textsTree(value: Expression, printing: Printing): Valued {
  if (value.kind === "text") {
    const text = value.value.startsWith('"') ? spellText(value.value) : value.value;
    return { tree: stringTree(text), homeless: [] };
  }
  if (value.kind !== "list" || value.unit) return valueTree(value, printing);
  const items = value.items.map((item) => {
    const { tree, homeless } = textsTree(item, printing);
    return { value: tree, ...notesOf(printing.of(item), homeless) };
  });
  return { tree: { kind: "items", items, end: printing.of(value).end }, homeless: [] };
}

function documentationField(documentation: string | undefined): readonly YamlField[] {
  if (documentation === undefined) return [];
  const isLiteral = documentation.includes("\n") && !/^\s|\n[^\S\n]|[^\x20-\x7e\n]/.test(documentation);
  const tree: YamlTree = isLiteral
    ? { kind: "text", text: documentation, isLiteral: true }
    : stringTree(documentation);
  return [{ key: "documentation", value: tree }];
}

function blockTree(block: Block, known: Vocabulary, printing: Printing, bearer: object = block): YamlTree {
  const { documentation, type, on, extends: base, entries } = block;
  const fields: readonly YamlField[] = [
    ...documentationField(documentation),
    ...(type ? [{ key: "type", value: textTree(type.text) }] : []),
    ...(on ? [{ key: "on", value: valueTree(on, printing).tree }] : []),
    ...(base ? [{ key: "extends", value: textTree(base.text) }] : []),
    ...grouped(entries).flatMap((group) => entryFields(group, known, printing)),
  ];
  const { open, end } = printing.of(bearer);
  const hasBlocks = entries.some((entry) => entry.kind === "block");
  const isLong = documentation !== undefined || open !== undefined || hasBlocks;
  return { kind: "fields", fields, end, ...(isLong && { isLong }) };
}

/** A key for each kind of edit; a list where those of one kind do not stand together. */
function editFields(edits: readonly Edit[], known: Vocabulary, printing: Printing): readonly YamlField[] {
  const runs: Edit[][] = [];
  for (const edit of edits) {
    const run = runs.at(-1);
    const isOther = run?.every((each) => pathText(each.path) !== pathText(edit.path));
    if (run && isOther && run[0]!.action === edit.action) run.push(edit);
    else runs.push([edit]);
  }
  const fields = runs.map((run) => runField(run, known, printing));
  if (new Set(fields.map(({ key }) => key)).size === fields.length) return fields;
  const items = fields.map((field) => ({ value: { kind: "fields", fields: [field] } as const }));
  return [{ key: "edits", value: { kind: "items", items } }];
}

function runField(run: readonly Edit[], known: Vocabulary, printing: Printing): YamlField {
  const { action } = run[0]!;
  if (action === "remove" || action === "insert") {
    const items = run.map((edit) => {
      const { tree, homeless } = insertionTree(edit, printing);
      return { value: tree, ...notesOf(printing.of(edit), homeless) };
    });
    return { key: action, value: { kind: "items", items } };
  }
  const fields = run.map((edit) => {
    const key = pathText(edit.path) + (edit.block?.label ? `.${edit.block.label.text}` : "");
    if (!edit.block) return fieldOf(key, valueTree(edit.value!, printing), edit, printing);
    const inside = vocabularyAt(edit, known);
    return fieldOf(
      key,
      { tree: blockTree(edit.block, inside, printing, edit), homeless: [] },
      edit,
      printing,
    );
  });
  return lifted({ key: action, value: { kind: "fields", fields } });
}

function insertionTree(edit: Edit, printing: Printing): ReturnType<typeof valueTree> {
  const path = textTree(pathText(edit.path));
  if (!edit.value) return { tree: path, homeless: [] };
  const { tree, homeless } = valueTree(edit.value, printing, true);
  const fields = [
    { key: "value", value: tree },
    { key: edit.side ?? "after", value: path },
  ];
  return { tree: { kind: "fields", fields }, homeless };
}

/** What stands in the block that an edit replaces. */
function vocabularyAt({ path }: Edit, known: Vocabulary): Vocabulary {
  let inside = known;
  for (let index = 0; index < path.length; index++) {
    const word = path[index]!.text;
    if (inside.labelled?.includes(word)) index++;
    inside = own(inside.blocks, word) ?? {};
  }
  return inside;
}

function moduleTree(module: Module, printing: Printing): Valued {
  const homeless: CommentLine[] = [];
  const { documentation, parameters, on, results, body } = module;
  const names = (list: Module["on"]): YamlTree => ({
    kind: "items",
    items: list!.map(({ text }) => ({ value: textTree(text) })),
  });
  const fields = parameters.map((parameter) => {
    const { name, type, default: otherwise } = parameter;
    const text = textTree(typeText(type, printing));
    const tree: YamlTree = otherwise
      ? {
          kind: "fields",
          fields: [
            { key: "type", value: text },
            { key: "default", value: valueTree(otherwise, printing).tree },
          ],
        }
      : text;
    return fieldOf(name.text, { tree, homeless: [] }, parameter, printing);
  });
  const tree: YamlTree = {
    kind: "fields",
    isLong: true,
    fields: [
      ...documentationField(documentation),
      ...(parameters.length > 0 ? [{ key: "parameters", value: { kind: "fields", fields } as const }] : []),
      ...(on ? [{ key: "on", value: names(on) }] : []),
      ...(results ? [{ key: "results", value: names(results) }] : []),
      bodyField("body", body, printing, homeless),
    ],
  };
  return { tree, homeless };
}

const typeText = (type: Expression, printing: Printing): string =>
  type.kind === "choice" ? flatWithout(type) : operand(type, 0, printing)!;

/** `printYaml`: a document in its YAML form, with its comments. */
import type { Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";
import type { Block, Document, Edit, Entry, Expression, Module, Setting } from "./ast.ts";
import { pathText } from "./ast.ts";
import { grouped } from "./group.ts";
import { spellText } from "./spell.ts";
import { attach, emptyTrivia, type TriviaOf } from "./trivia.ts";
import { type Vocabulary, vocabulary } from "./vocabulary.ts";
import { documentedFrom, writtenOf } from "./written.ts";
import {
  emitYaml,
  hasCommentsInside,
  type YamlField,
  type YamlFields,
  type YamlItem,
  type YamlPlace,
  type YamlTree,
} from "./yaml-emit.ts";
import { documented, moduleTree } from "./yaml-module-tree.ts";
import { keyedPlace, placeAt, rangeOf, setYamlGaps, yamlSlots } from "./yaml-place.ts";
import {
  fieldOf,
  isWorded,
  keyed,
  lifted,
  stringTree,
  textOf,
  textTree,
  valueTree,
  type YamlPrinting,
} from "./yaml-value-tree.ts";

export interface YamlOptions {
  /** Path of the schema, for editors. */
  readonly schema?: string | undefined;
}

const schemaLine = /^ yaml-language-server: \$schema=/;

/** Documents whose names or blocks YAML has no place for come out changed; `isSame` tells. */
export function printYaml(document: Document, { schema }: YamlOptions = {}): string {
  const text = emitYaml(...commented(document));
  return schema === undefined ? text : `# yaml-language-server: $schema=${schema}\n${text}`;
}

/** The fields of the document with its comments; those that were taken apart for a comment that went elsewhere are not. */
function commented(document: Document): [YamlFields, TriviaOf] {
  const { comments } = document;
  const written = writtenOf(document);
  const starts = comments.map(({ span }) => span.start);
  const whole = new Set<Expression>();
  for (;;) {
    const printing: YamlPrinting = {
      written,
      plain: { of: emptyTrivia(), flat: new Map() },
      isCommented: (value) => !whole.has(value) && isAnyIn(starts, value.span),
      apart: new Map(),
    };
    const tree = documentTree(document, printing);
    const of = emptyTrivia();
    attach(comments, yamlSlots(tree, written), written, of);
    const needless = [...printing.apart].filter(
      ([value, parts]) => !whole.has(value) && !hasCommentsInside(parts, of),
    );
    for (const [value] of needless) whole.add(value);
    if (needless.length > 0) continue;
    setYamlGaps(tree, written, of);
    return [tree, of];
  }
}

/** Whether one of the ascending offsets lies in the span. */
function isAnyIn(offsets: readonly number[], { start, end }: Span): boolean {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! < start) low = middle + 1;
    else high = middle;
  }
  return low < offsets.length && offsets[low]! < end;
}

function documentTree({ uses, declarations }: Document, printing: YamlPrinting): YamlFields {
  const { written } = printing;
  const items = uses.map(({ path, span }): YamlItem => {
    const place = written.isYaml ? placeAt(span) : keyedPlace("use", span, written);
    return { value: stringTree(path), place };
  });
  const fields = [
    ...(uses.length > 0 ? [lifted("use", { kind: "items", items }, printing)] : []),
    ...grouped(declarations).map((group) => declarationField(group, printing)),
  ];
  const parted = fields.map((field, index) => ({
    ...field,
    isApart: index > 0 && field.value.kind === "fields",
  }));
  return { kind: "fields", fields: parted };
}

/** Whether a comment is the line that names the schema to editors. */
export const namesSchema = (text: string): boolean => schemaLine.test(text);

type Statement = Entry | Module;

const isModule = (entry: Statement): entry is Module => entry.kind === "module";

function declarationField(group: readonly Statement[], printing: YamlPrinting): YamlField {
  const [first] = group as readonly [Statement, ...Statement[]];
  if (!isModule(first)) return entryFields(group as readonly Entry[], vocabulary, printing)[0]!;
  const fields = (group as readonly Module[]).map((module, index) => ({
    ...fieldOf(
      module.name.text,
      moduleTree(module, printing),
      statementPlace(module, module.name.span.end, printing),
    ),
    isApart: index > 0,
  }));
  return lifted(first.form, { kind: "fields", fields, isLong: true }, printing);
}

/** With its documentation, which stands before it in `.rcnn`. */
function statementPlace(entry: Block | Module, head: number, { written }: YamlPrinting): YamlPlace {
  const { start, end } = entry.span;
  return { start: entry.documentation === undefined ? start : documentedFrom(start, written), head, end };
}

/** One field, but for edits of several kinds. */
function entryFields(
  group: readonly Entry[],
  known: Vocabulary,
  printing: YamlPrinting,
): readonly YamlField[] {
  const [first] = group as readonly [Entry, ...Entry[]];
  if (first.kind === "setting") return [settingField(first, known, printing)];
  if (first.kind === "edit") return editFields(group as readonly Edit[], known, printing);
  const key = first.keyword.text;
  const inside = own(known.blocks, key) ?? {};
  const fields = (group as readonly Block[]).map((block) => {
    const { keyword, label } = block;
    const place = statementPlace(block, (label ?? keyword).span.end, printing);
    return fieldOf(label?.text ?? key, blockTree(block, inside, printing), place);
  });
  return first.label ? [lifted(key, { kind: "fields", fields, isLong: true }, printing)] : fields;
}

function settingField({ path, value, span }: Setting, known: Vocabulary, printing: YamlPrinting): YamlField {
  const key = pathText(path);
  const tree = known.texts?.includes(key)
    ? textsTree(value, printing)
    : valueTree(value, printing, known.layers?.includes(key));
  // A map would be taken for the block that the key should have been, or at the top for one that is not known.
  const isOpen = own(known.blocks, key) !== undefined || (known === vocabulary && !isWorded(tree));
  const isMap = tree.kind === "fields";
  return fieldOf(key, isOpen && isMap ? textOf(value, printing) : tree, placeAt(span, path.at(-1)!.span.end));
}

/** Where plain strings are texts and no expressions. */
function textsTree(value: Expression, printing: YamlPrinting): YamlTree {
  if (value.kind === "text")
    return stringTree(value.value.startsWith('"') ? spellText(value.value) : value.value);
  if (value.kind !== "list" || value.unit) return valueTree(value, printing);
  const items = value.items.map((item) => ({ value: textsTree(item, printing), place: placeAt(item.span) }));
  return { kind: "items", items };
}

function blockTree(block: Block, known: Vocabulary, printing: YamlPrinting): YamlTree {
  const { documentation, type, on, extends: base, entries } = block;
  const fields: readonly YamlField[] = [
    ...(type ? [headField("type", textTree(type.text), type.span, printing)] : []),
    ...(on ? [headField("on", valueTree(on, printing), on.span, printing)] : []),
    ...(base ? [headField("extends", textTree(base.text), base.span, printing)] : []),
    ...grouped(entries).flatMap((group) => entryFields(group, known, printing)),
  ];
  const isLong = documentation !== undefined || entries.some((entry) => entry.kind === "block");
  return { kind: "fields", fields: documented(block, fields, printing), isLong };
}

/** In `.rcnn` it stands before the brace, where there is no line for comments. */
const headField = (key: string, value: YamlTree, span: Span, { written }: YamlPrinting): YamlField =>
  fieldOf(key, value, written.isYaml ? keyedPlace(key, span, written) : undefined);

/** A key for each kind of edit; a list where those of one kind do not stand together. */
function editFields(edits: readonly Edit[], known: Vocabulary, printing: YamlPrinting): readonly YamlField[] {
  const runs: Edit[][] = [];
  for (const edit of edits) {
    const run = runs.at(-1);
    const isOther = run?.every((each) => pathText(each.path) !== pathText(edit.path));
    if (run && isOther && run[0]!.action === edit.action) run.push(edit);
    else runs.push([edit]);
  }
  const fields = runs.map((run) => runField(run, known, printing));
  if (new Set(fields.map(({ key }) => key)).size === fields.length) return fields;
  const items = fields.map(
    (field): YamlItem => ({ value: { kind: "fields", fields: [field] }, place: field.place }),
  );
  return [lifted("edits", { kind: "items", items }, printing)];
}

function runField(run: readonly Edit[], known: Vocabulary, printing: YamlPrinting): YamlField {
  const { action } = run[0]!;
  if (action === "remove" || action === "insert") {
    const items = run.map((edit) => ({ value: insertionTree(edit, printing), place: placeAt(edit.span) }));
    return lifted(action, { kind: "items", items }, printing);
  }
  const fields = run.map((edit) => {
    const { path, block, value, span } = edit;
    const head = (block?.label ?? path.at(-1)!).span.end;
    const key = pathText(path) + (block?.label ? `.${block.label.text}` : "");
    const tree = block ? blockTree(block, vocabularyAt(edit, known), printing) : valueTree(value!, printing);
    return fieldOf(key, tree, placeAt(span, head));
  });
  return lifted(action, { kind: "fields", fields }, printing);
}

function insertionTree({ path, value, side = "after" }: Edit, printing: YamlPrinting): YamlTree {
  const text = textTree(pathText(path));
  if (!value) return text;
  const fields = [
    keyed("value", valueTree(value, printing, true), value, printing),
    fieldOf(side, text, keyedPlace(side, rangeOf(path.map(({ span }) => span)), printing.written)),
  ];
  return { kind: "fields", fields };
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

/** From trees of maps, lists and scalars to YAML text, in lines where they are long or have comments, else in brackets. */
import { lineWidth, spaces } from "./align.ts";
import type { CommentLine } from "./trivia.ts";

export type YamlTree = YamlText | YamlItems | YamlFields;

export interface YamlText {
  readonly kind: "text";
  readonly text: string;
  /** Whether it stands as a text of several lines. */
  readonly isLiteral?: true;
  /** Whether it is no expression, and so must not be read as a number or as `true`. */
  readonly isString?: true;
}

export interface YamlItems {
  readonly kind: "items";
  readonly items: readonly YamlItem[];
  readonly end?: readonly CommentLine[];
}

export interface YamlFields {
  readonly kind: "fields";
  readonly fields: readonly YamlField[];
  readonly end?: readonly CommentLine[];
  /** Whether it never stands in brackets. */
  readonly isLong?: true;
}

export interface YamlNotes {
  readonly before?: readonly CommentLine[];
  readonly gap?: boolean;
  /** On the line on which it begins. */
  readonly behind?: string;
}

export interface YamlItem extends YamlNotes {
  readonly value: YamlTree;
}

export interface YamlField extends YamlNotes {
  readonly key: string;
  readonly value: YamlTree;
}

/** What YAML itself would read as something else than a text. */
const special =
  /^(?:~|null|Null|NULL|True|TRUE|False|FALSE|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[-+]?\.\d.*|[-+]?\d+\..*[eE]?|\+.*)$/;
const numeral = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Whether `text` can stand without quotes and is read as the text that it is. */
function isPlain(text: string, inBrackets: boolean): boolean {
  if (numeral.test(text)) return true;
  if (special.test(text) && !/^\d+\.\.?\d/.test(text)) return false;
  const safe = inBrackets ? /^[\w(][\w .:%()=+*/<>!-]*$/ : /^[\w(][\w .:%()=+*/<>!,[\]{}|-]*$/;
  return safe.test(text) && !/:( |$)| #| $|^[-?:]( |$)|^---|^\.\.\./.test(text);
}

function quoted(text: string): string {
  const single = text.includes('"') && !text.includes("'") && /^[\x20-\x7e]*$/.test(text);
  return single ? `'${text}'` : JSON.stringify(text);
}

function scalar({ text, isString }: YamlText, inBrackets: boolean): string {
  const isOther = isString && (numeral.test(text) || text === "true" || text === "false");
  return isPlain(text, inBrackets) && !isOther ? text : quoted(text);
}

/** Keys are names for the most part; a number is read as one and must be written as YAML would write it. */
const keyOf = (key: string, inBrackets: boolean): string => {
  if (/^\d+$/.test(key)) return String(Number(key)) === key ? key : quoted(key);
  const isName = inBrackets ? /^[A-Za-z_][\w.]*$/ : /^[A-Za-z_][\w.[\]]*$/;
  return isName.test(key) && !special.test(key) && !/^(true|false)$/.test(key) ? key : quoted(key);
};

/** In brackets on one line; undefined where it cannot stand there. */
function inline(tree: YamlTree): string | undefined {
  if (tree.kind === "text") return tree.isLiteral ? undefined : scalar(tree, true);
  if (tree.end?.length) return undefined;
  if (tree.kind === "fields" && tree.isLong && tree.fields.length > 0) return undefined;
  const parts = tree.kind === "items" ? tree.items.map(inlineItem) : tree.fields.map(inlineField);
  if (parts.includes(undefined)) return undefined;
  if (tree.kind === "items") return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

const isBare = ({ before, behind }: YamlNotes): boolean => !before?.length && behind === undefined;

const inlineItem = (item: YamlItem): string | undefined => (isBare(item) ? inline(item.value) : undefined);

function inlineField(field: YamlField): string | undefined {
  const value = isBare(field) ? inline(field.value) : undefined;
  return value === undefined ? undefined : `${keyOf(field.key, true)}: ${value}`;
}

const commentLines = (comments: readonly CommentLine[] | undefined, indent: number, isFirst: boolean) =>
  (comments ?? []).flatMap(({ text, gap }, index) => {
    const line = `${spaces(indent)}#${text}`;
    return gap && !(isFirst && index === 0) ? ["", line] : [line];
  });

/** The lines of a part with its comments; `head` is what stands before its value. */
function partLines(
  part: YamlItem | YamlField,
  head: string,
  indent: number,
  isFirst: boolean,
): readonly string[] {
  const comments = commentLines(part.before, indent, isFirst);
  const gap = part.gap && !(isFirst && comments.length === 0) ? [""] : [];
  const [first, ...others] = valueLines(part.value, head, indent);
  const behind = part.behind === undefined ? "" : `  #${part.behind}`;
  return [...comments, ...gap, spaces(indent) + first + behind, ...others];
}

function valueLines(value: YamlTree, head: string, indent: number): readonly string[] {
  const inner = indent + 2;
  if (value.kind === "text" && value.isLiteral) {
    const lines = value.text.split("\n");
    return [`${head} |-`, ...lines.map((line) => (line ? spaces(inner) + line : ""))];
  }
  if (value.kind === "text") return [`${head} ${scalar(value, false)}`];
  const line = inline(value);
  if (line !== undefined && (isEmpty(value) || indent + head.length + 1 + line.length <= lineWidth)) {
    return [`${head} ${line}`];
  }
  const lines = treeLines(value, inner);
  // The first field of an item stands behind its dash.
  const [first] = lines;
  if (head === "-" && value.kind === "fields" && first && !first.trimStart().startsWith("#"))
    return [`- ${first.trimStart()}`, ...lines.slice(1)];
  return [head, ...lines];
}

const isEmpty = (tree: YamlItems | YamlFields): boolean =>
  !tree.end?.length && (tree.kind === "items" ? tree.items : tree.fields).length === 0;

function treeLines(tree: YamlItems | YamlFields, indent: number): readonly string[] {
  const lines =
    tree.kind === "items"
      ? tree.items.flatMap((item, index) => partLines(item, "-", indent, index === 0))
      : tree.fields.flatMap((field, index) =>
          partLines(field, `${keyOf(field.key, false)}:`, indent, index === 0),
        );
  return [...lines, ...commentLines(tree.end, indent, lines.length === 0)];
}

export function emitYaml(tree: YamlFields): string {
  const lines = treeLines(tree, 0);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

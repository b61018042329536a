/** From trees of maps, lists and scalars to YAML text, in lines where they are long or have comments, else in brackets. */
import { lineWidth, spaces } from "./align.ts";
import type { CommentLine, Trivia, TriviaOf } from "./trivia.ts";

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
}

export interface YamlFields {
  readonly kind: "fields";
  readonly fields: readonly YamlField[];
  /** Whether it never stands in brackets. */
  readonly isLong?: boolean;
}

/** Where a field or an item stood in the source, which may be in either notation. */
export interface YamlPlace {
  readonly start: number;
  /** Where its key ends. */
  readonly head: number;
  readonly end: number;
}

export interface YamlItem {
  readonly value: YamlTree;
  /** Absent where no comment can be for it. */
  readonly place?: YamlPlace | undefined;
}

export interface YamlField extends YamlItem {
  readonly key: string;
  /** Whether it stands for nothing but the parts in it. */
  readonly isShared?: boolean;
  /** Whether a blank line always parts it from the field before it. */
  readonly isApart?: boolean;
}

export const partsOf = (tree: YamlTree): readonly (YamlItem | YamlField)[] =>
  tree.kind === "items" ? tree.items : tree.kind === "fields" ? tree.fields : [];

/** Whether it stands on one line whatever it is. */
export const isPlainTree = (tree: YamlTree): boolean => partsOf(tree).length === 0;

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
function inline(tree: YamlTree, of: TriviaOf): string | undefined {
  if (tree.kind === "text") return tree.isLiteral ? undefined : scalar(tree, true);
  if (tree.kind === "fields" && tree.isLong && tree.fields.length > 0) return undefined;
  const parts = partsOf(tree).map((part) => inlinePart(part, of));
  if (parts.includes(undefined)) return undefined;
  if (tree.kind === "items") return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function inlinePart(part: YamlItem | YamlField, of: TriviaOf): string | undefined {
  if (!isBare(of(part))) return undefined;
  const value = inline(part.value, of);
  return value === undefined || !("key" in part) ? value : `${keyOf(part.key, true)}: ${value}`;
}

const isBare = ({ before, open, after, end }: Trivia): boolean =>
  before.length === 0 && end.length === 0 && open === undefined && after === undefined;

const commentLines = (comments: readonly CommentLine[], indent: number, isFirst: boolean) =>
  comments.flatMap(({ text, gap }, index) => {
    const line = `${spaces(indent)}#${text}`;
    return gap && !(isFirst && index === 0) ? ["", line] : [line];
  });

const behind = (comment: string | undefined): string => (comment === undefined ? "" : `  #${comment}`);

/** Whether comments stand in a tree. */
const hasComments = (tree: YamlTree, of: TriviaOf): boolean =>
  partsOf(tree).some((part) => !isBare(of(part)) || hasComments(part.value, of));

/** The same but for those behind its last part, for which it need not be a tree. */
export const hasCommentsInside = (tree: YamlTree, of: TriviaOf): boolean =>
  partsOf(tree).some((part, index, all) => {
    const { before, open } = of(part);
    if (index < all.length - 1) return !isBare(of(part)) || hasComments(part.value, of);
    const isOpened = open !== undefined && !isPlainTree(part.value);
    return before.length > 0 || isOpened || hasCommentsInside(part.value, of);
  });

/** The lines of a part with its comments. */
function partLines(
  part: YamlItem | YamlField,
  indent: number,
  isFirst: boolean,
  of: TriviaOf,
): readonly string[] {
  const head = "key" in part ? `${keyOf(part.key, false)}:` : "-";
  const line = lineOf(part, head, indent, of);
  const { before, opened, end } = line === undefined ? broken(part, of) : whole(part, of);
  const lines =
    line === undefined
      ? brokenLines(part.value, head, behind(opened), indent, end, of)
      : [spaces(indent) + line + behind(opened)];
  const comments = commentLines(before, indent, isFirst);
  const isApart = of(part).gap || ("isApart" in part && part.isApart === true);
  return [...comments, ...(isApart && !(isFirst && comments.length === 0) ? [""] : []), ...lines];
}

const whole = (part: YamlItem, of: TriviaOf) => {
  const { open, after, before, end } = of(part);
  return { before, opened: open ?? after, end };
};

/** What stood behind a part on one line stands at its first line, or at its last where other comments are between. */
function broken(part: YamlItem | YamlField, of: TriviaOf): ReturnType<typeof whole> {
  const { before, open, after, end } = of(part);
  if (after === undefined) return { before, opened: open, end };
  const comment = { text: after, gap: false };
  if (open !== undefined || end.length > 0 || hasComments(part.value, of))
    return { before, opened: open, end: [...end, comment] };
  return "key" in part
    ? { before, opened: after, end }
    : { before: [...before, comment], opened: undefined, end };
}

/** All of a part on one line; undefined where it needs several. */
function lineOf(part: YamlItem | YamlField, head: string, indent: number, of: TriviaOf): string | undefined {
  const { value } = part;
  if (value.kind === "text") return value.isLiteral ? undefined : `${head} ${scalar(value, false)}`;
  const { open, end } = of(part);
  const line = inline(value, of);
  if (line === undefined || end.length > 0) return undefined;
  if (isPlainTree(value)) return `${head} ${line}`;
  const fits = open === undefined && indent + head.length + 1 + line.length <= lineWidth;
  return fits ? `${head} ${line}` : undefined;
}

function brokenLines(
  value: YamlTree,
  head: string,
  behindHead: string,
  indent: number,
  end: readonly CommentLine[],
  of: TriviaOf,
): readonly string[] {
  const inner = indent + 2;
  if (value.kind === "text") {
    const lines = value.text.split("\n").map((line) => (line ? spaces(inner) + line : ""));
    return [`${spaces(indent)}${head} |-${behindHead}`, ...lines];
  }
  const lines = treeLines(value, inner, end, of);
  // The first field of an item stands behind its dash.
  const [first] = lines;
  if (head === "-" && value.kind === "fields" && first && !first.trimStart().startsWith("#"))
    return [`${spaces(indent)}- ${first.trimStart()}`, ...lines.slice(1)];
  return [spaces(indent) + head + behindHead, ...lines];
}

function treeLines(
  tree: YamlItems | YamlFields,
  indent: number,
  end: readonly CommentLine[],
  of: TriviaOf,
): readonly string[] {
  const lines = partsOf(tree).flatMap((part, index) => partLines(part, indent, index === 0, of));
  return [...lines, ...commentLines(end, indent, lines.length === 0)];
}

/** What stands at the tree itself stands at its end. */
export function emitYaml(tree: YamlFields, of: TriviaOf): string {
  const lines = treeLines(tree, 0, of(tree).end, of);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** From YAML text to a small tree of maps, lists and scalars, with aliases written out and all limits kept. */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import type { CST, Node, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Comment, Name } from "./ast.ts";
import { yamlComments } from "./comments.ts";
import { type Context, limits } from "./context.ts";
import { checkSize, tooMuch } from "./read-tokens.ts";
import { withoutFaults } from "./yaml-gaps.ts";
import { isBounded } from "./yaml-size.ts";

export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** Its text alone, with the places of its characters. */
  readonly inner: Context;
  readonly span: Span;
}

export interface YamlList {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

export interface YamlMap {
  readonly kind: "map";
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlEntry {
  readonly key: Name;
  readonly value: YamlNode;
}

/** Characters of a key, with room for quotes and escapes. */
const mostKey = 200;

/** Loaded with the first text that is YAML: most commands read none, and it takes a twentieth of a check. */
const yaml = (): typeof Yaml => createRequire(import.meta.url)("yaml") as typeof Yaml;

const compose = (tokens: readonly CST.Token[]) =>
  // Keys that stand twice are for us to report, with both places.
  [
    ...new (yaml().Composer)({ version: "1.2", schema: "core", uniqueKeys: false, merge: false }).compose(
      tokens,
    ),
  ];

export interface YamlText {
  readonly root: YamlNode;
  readonly comments: readonly Comment[];
  /** Whether lines that cannot be read are left out of it. */
  readonly isPartial: boolean;
}

/** The tree of the one document of `context.text`; undefined where it has none or is not to be trusted. */
export function readYaml(context: Context): YamlText | undefined {
  if (!checkSize(context)) return undefined;
  const readable = withoutFaults(context.text, (text) => {
    const tokens = tokensOf({ ...context, text });
    return tokens && { tokens, documents: compose(tokens) };
  });
  if (!readable) return undefined;
  const { tokens, documents, faults, isReadable } = readable;
  for (const { message, pos } of faults) {
    const text = message.replace(/\.$/, "");
    problem(text[0]!.toLowerCase() + text.slice(1), pos[0], pos[1], context);
  }
  if (!isReadable) return undefined;
  const [document, second] = documents;
  const isPartial = faults.length > 0;
  const comments = yamlComments(tokens, context);
  const root: YamlNode = { kind: "map", entries: [], span: context.at(0, 0) };
  const empty: YamlText = { root, comments, isPartial };
  if (!document) return empty;
  if (second) problem("it holds more than one document", second.range[0], second.range[0], context);
  // A file of nothing but comments.
  if (!document.contents || isNothing(document.contents)) return empty;
  const tree = expand(document.contents as Node, context);
  return tree && { root: tree, comments, isPartial };
}

const isNothing = (node: unknown): boolean => yaml().isScalar(node) && node.value === null && !node.source;

function problem(text: string, start: number, end: number, context: Context): void {
  // The library may point behind the end of the text.
  const { length } = context.text;
  const span = context.at(Math.min(start, length), Math.min(end, length));
  context.report(diagnose(syntaxCodes, "syntax/yaml", { problem: text }, { span }));
}

/** The library's trees, which are large, so that no more of the text is read where it has too much of anything. */
function tokensOf(context: Context): readonly CST.Token[] | undefined {
  const { Lexer, Parser } = yaml();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let words = 0;
  const tooDeep = () => {
    const span = context.at(0, 0);
    context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.depth }, { span }));
  };
  for (const word of new Lexer().lex(context.text)) {
    tokens.push(...parser.next(word));
    // Each level is one or two of them.
    if (parser.stack.length > 3 * limits.depth) return void tooDeep();
    if (++words > limits.words) {
      context.report(tooMuch("The text", "words and marks", limits.words, { span: context.at(0, 0) }));
      return undefined;
    }
  }
  tokens.push(...parser.end());
  return isTooDeep(tokens) ? void tooDeep() : tokens;
}

/** Whether composing the tokens, which recurs, would go deeper than the limit; this does not recur. */
function isTooDeep(tokens: readonly CST.Token[]): boolean {
  let level: readonly (CST.Token | null | undefined)[] = tokens;
  for (let depth = 0; depth <= limits.depth + 1; depth++) {
    level = level.flatMap((token): readonly (CST.Token | null | undefined)[] => {
      if (!token) return [];
      if (token.type === "document") return [token.value];
      return "items" in token ? token.items.flatMap((item) => [item.key, item.value]) : [];
    });
    if (level.length === 0) return false;
  }
  return true;
}

/** One walk over a document. */
interface Walk {
  readonly yaml: typeof Yaml;
  readonly context: Context;
  readonly anchors: Map<string, Node>;
  /** What each alias stands for where it is written, whatever has its anchor when another alias repeats it. */
  readonly meant: Map<Node, Node | undefined>;
  /** Whether a limit was passed, after which nothing more is read. */
  stopped: boolean;
}

function expand(root: Node, context: Context): YamlNode | undefined {
  const library = yaml();
  if (!isBounded(root, library, context)) return undefined;
  const walk: Walk = { yaml: library, context, anchors: new Map(), meant: new Map(), stopped: false };
  const tree = visit(root, 0, spanOf(root, context), walk);
  return walk.stopped ? undefined : tree;
}

/** `empty` is the place of a value that is left out. */
function visit(node: Node | null, depth: number, empty: Span, walk: Walk): YamlNode {
  if (node === null || walk.stopped) return nothing(empty);
  const { context } = walk;
  const { isAlias, isMap, isSeq } = walk.yaml;
  const span = spanOf(node, context);
  if (depth > limits.depth) return stop(span, walk);
  if (isAlias(node)) {
    const isFirst = !walk.meant.has(node);
    const target = isFirst ? walk.anchors.get(node.source) : walk.meant.get(node);
    walk.meant.set(node, target);
    if (target) return visit(target, depth + 1, span, walk);
    if (isFirst) problem(`there is no anchor \`${node.source}\` before this alias`, ...ends(node), context);
    return nothing(span);
  }
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isSeq(node) || isMap(node)) checkTag(node, context);
  if (isSeq(node)) {
    const items = (node.items as (Node | null)[]).map((item) => visit(item, depth + 1, span, walk));
    return { kind: "list", items, span: within(node, span, items.at(-1)) };
  }
  if (!isMap(node)) return scalar(node as Scalar, span, context);
  const entries = node.items.flatMap((pair): YamlEntry[] => {
    const key = keyOf(pair.key as Node, walk);
    return key ? [{ key, value: visit(pair.value as Node | null, depth + 1, key.span, walk) }] : [];
  });
  const last = entries.at(-1);
  const kept = withoutRepeats(entries, context);
  return { kind: "map", entries: kept, span: within(node, span, last?.value, last?.key) };
}

/** The library counts what follows the last part of a block, such as a comment, as the block's own. */
function within(
  node: YAMLMap | YAMLSeq,
  span: Span,
  ...last: readonly ({ readonly span: Span } | undefined)[]
): Span {
  const ends = last.flatMap((part) => (part && part.span.end <= span.end ? part.span.end : []));
  return node.flow || ends.length === 0 ? span : { ...span, end: Math.max(...ends) };
}

function stop(span: Span, walk: Walk): YamlNode {
  walk.context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.depth }, { span }));
  walk.stopped = true;
  return nothing(span);
}

const ends = (node: Node): [number, number] => [node.range![0], node.range![1]];

const spanOf = (node: Node, context: Context): Span => context.at(...ends(node));

const nothing = (span: Span): YamlScalar => ({
  kind: "scalar",
  value: null,
  inner: { text: "none", at: () => span, report: () => {} },
  span,
});

const coreTags = ["str", "int", "float", "bool", "null", "map", "seq"];

/** The library knows tags of other schemas too, and gives dates and sets for them. */
function checkTag(node: Scalar | YAMLMap | YAMLSeq, context: Context): void {
  const { tag } = node;
  if (!tag || tag === "!" || coreTags.some((each) => tag === `tag:yaml.org,2002:${each}`)) return;
  problem(`the tag \`${tag}\` is none of the core schema`, ...ends(node), context);
}

/** Places inside a scalar are exact where its text is written as it is meant, else they are all of it. */
function scalar(node: Scalar, span: Span, context: Context): YamlScalar {
  const value = node.value as YamlScalar["value"];
  checkTag(node, context);
  const text = typeof value === "string" ? value : (node.source ?? String(value));
  const start = [node.range![0], node.range![0] + 1].find((offset) => context.text.startsWith(text, offset));
  const at = (from: number, to: number) =>
    start === undefined ? span : context.at(start + from, start + to);
  return { kind: "scalar", value, inner: { text, at, report: context.report }, span };
}

function keyOf(node: Node | null, { yaml, context, anchors }: Walk): Name | undefined {
  if (node && !yaml.isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  const meant = yaml.isAlias(node) ? anchors.get(node.source) : node;
  if (node && yaml.isScalar(meant) && meant.value !== null) {
    const text = String(meant.value);
    // YAML itself has no longer ones before `:`, but in brackets and behind `?`.
    if (text.length > mostKey) problem(`a key has at most ${mostKey} characters`, ...ends(node), context);
    return { text, span: spanOf(node, context) };
  }
  const span = node ? spanOf(node, context) : context.at(0, 0);
  const values = { found: "a key that is no name", expected: "a name before `:`" };
  context.report(diagnose(syntaxCodes, "syntax/yaml-shape", values, { span }));
  return undefined;
}

/** Keys that stand twice are reported, and the first one holds. */
function withoutRepeats(entries: readonly YamlEntry[], context: Context): readonly YamlEntry[] {
  const first = new Map<string, YamlEntry>();
  for (const entry of entries) {
    const before = first.get(entry.key.text);
    if (!before) first.set(entry.key.text, entry);
    else {
      const related = [{ message: "it stands here first", span: before.key.span }];
      const where = { span: entry.key.span, related };
      context.report(diagnose(syntaxCodes, "syntax/duplicate", { name: entry.key.text }, where));
    }
  }
  return [...first.values()];
}

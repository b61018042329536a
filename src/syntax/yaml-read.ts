/** From YAML text to a small tree of maps, lists and scalars, with aliases written out and all limits kept. */
import {
  type Alias,
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Parser,
  type Scalar,
} from "yaml";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Name } from "./ast.ts";
import { type Context, limits } from "./context.ts";
import { checkSize } from "./read-tokens.ts";

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

type Document = ReturnType<typeof compose>;

const compose = (tokens: readonly CST.Token[]) =>
  // Keys that stand twice are for us to report, with both places.
  [...new Composer({ version: "1.2", schema: "core", uniqueKeys: false, merge: false }).compose(tokens)];

/** The tree of the one document of `context.text`; undefined where it has none or is not to be trusted. */
export function readYaml(context: Context): YamlNode | undefined {
  if (!checkSize(context)) return undefined;
  const tokens = [...new Parser().parse(context.text)];
  if (isTooDeep(tokens)) {
    const span = context.at(0, 0);
    context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.depth }, { span }));
    return undefined;
  }
  const [document, second] = compose(tokens);
  if (!document) return undefined;
  if (second) problem("it holds more than one document", second.range[0], second.range[0], context);
  const faults = [...document.errors, ...document.warnings];
  for (const { message, pos } of faults) {
    const text = message.replace(/\.$/, "");
    problem(text[0]!.toLowerCase() + text.slice(1), pos[0], pos[1], context);
  }
  if (faults.length > 0 || !document.contents) return undefined;
  return expand(document, context);
}

function problem(text: string, start: number, end: number, context: Context): void {
  context.report(diagnose(syntaxCodes, "syntax/yaml", { problem: text }, { span: context.at(start, end) }));
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

type YamlDocument = Document[number];

function expand(document: YamlDocument, context: Context): YamlNode | undefined {
  let values = 0;
  let stopped = false;
  const stop = (code: "syntax/too-deep" | "syntax/yaml-aliases", limit: number, node: Node): YamlNode => {
    const span = spanOf(node, context);
    if (!stopped) context.report(diagnose(syntaxCodes, code, { limit }, { span }));
    stopped = true;
    return nothing(span);
  };
  const visit = (node: Node | null, depth: number, empty: Span): YamlNode => {
    if (node === null || stopped) return nothing(empty);
    if (++values > limits.values) return stop("syntax/yaml-aliases", limits.values, node);
    // An alias inside what it stands for gets here too.
    if (depth > limits.depth) return stop("syntax/too-deep", limits.depth, node);
    const span = spanOf(node, context);
    if (isAlias(node)) return visit((node as Alias).resolve(document) as Node, depth + 1, span);
    if (isSeq(node)) {
      const items = (node.items as (Node | null)[]).map((item) => visit(item, depth + 1, span));
      return { kind: "list", items, span };
    }
    if (isMap(node)) {
      const entries = node.items.flatMap((pair): YamlEntry[] => {
        const key = keyOf(pair.key as Node, context);
        return key ? [{ key, value: visit(pair.value as Node | null, depth + 1, key.span) }] : [];
      });
      return { kind: "map", entries: withoutRepeats(entries, context), span };
    }
    return scalar(node as Scalar, span, context);
  };
  const root = visit(document.contents, 0, context.at(0, 0));
  return stopped ? undefined : root;
}

const spanOf = (node: Node, context: Context): Span => context.at(node.range![0], node.range![1]);

const nothing = (span: Span): YamlScalar => ({
  kind: "scalar",
  value: null,
  inner: { text: "none", at: () => span, report: () => {} },
  span,
});

/** Places inside a scalar are exact where its text is written as it is meant, else they are all of it. */
function scalar(node: Scalar, span: Span, context: Context): YamlScalar {
  const value = node.value as YamlScalar["value"];
  const text = typeof value === "string" ? value : (node.source ?? String(value));
  const start = [node.range![0], node.range![0] + 1].find((offset) => context.text.startsWith(text, offset));
  const at = (from: number, to: number) =>
    start === undefined ? span : context.at(start + from, start + to);
  return { kind: "scalar", value, inner: { text, at, report: context.report }, span };
}

function keyOf(node: Node | null, context: Context): Name | undefined {
  if (isScalar(node) && node.value !== null) return { text: String(node.value), span: spanOf(node, context) };
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

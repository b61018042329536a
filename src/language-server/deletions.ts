/** What could be deleted where a text holds something in vain: the whole of it, with its comment and its lines. */
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Document } from "../syntax/ast.ts";
import { type Node, nodesAt } from "./tree.ts";

/** Undefined where the message is about something else, or about a part that cannot go alone. YAML is left to its writer. */
export function deletionFor({ code, span }: Diagnostic, tree: Document): Fix | undefined {
  if (!span || span.source.name !== tree.source.name || !tree.source.name.endsWith(".rcnn")) return undefined;
  const chain = nodesAt(tree, span.start);
  const node = holderOf(code, span, chain);
  if (!node) return undefined;
  const whole = withKeyword(node.span);
  const { start, end } = linesOf(whole);
  const what = span.source.text.slice(whole.start, whole.end).split("\n")[0]!;
  const title = `delete \`${what.length > 40 ? `${what.slice(0, 40)}...` : what}\``;
  return { title, edits: [{ span: { ...span, start, end }, text: "" }] };
}

function holderOf(code: string, span: Span, chain: readonly Node[]): Node | undefined {
  switch (code) {
    case "check/unused-use":
    case "check/unused-declaration":
      return chain[0];
    case "check/unused-binding":
      return chain.findLast((node) => "name" in node && "value" in node && isAt(node.name, span));
    case "model/no-effect":
      return chain.findLast((node) => "kind" in node && node.kind === "setting" && isSame(node.span, span));
    default:
      return undefined;
  }
}

/** The place of a `use` is that of the file it names. */
function withKeyword(span: Span): Span {
  const [keyword] = /(?:\buse\s+)?$/.exec(span.source.text.slice(0, span.start))!;
  return { ...span, start: span.start - keyword.length };
}

const isSame = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end;

const isAt = (name: unknown, span: Span): boolean =>
  typeof name === "object" && name !== null && "span" in name && isSame(name.span as Span, span);

/** Whole lines where nothing else stands on them, with the `///` lines before; else the part and the space behind it. */
function linesOf({ source: { text }, start, end }: Span): { readonly start: number; readonly end: number } {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const lineEnd = next < 0 ? text.length : next + 1;
  const isAlone = /^\s*$/.test(text.slice(lineStart, start)) && /^\s*$/.test(text.slice(end, lineEnd));
  if (!isAlone) return { start, end: end + /^[ \t]*/.exec(text.slice(end))![0].length };
  return { start: commentStart(text, lineStart), end: lineEnd };
}

/** Where the `///` lines right above begin. */
function commentStart(text: string, lineStart: number): number {
  let start = lineStart;
  while (start > 0) {
    const before = text.lastIndexOf("\n", start - 2) + 1;
    if (!/^\s*\/\/\//.test(text.slice(before, start))) break;
    start = before;
  }
  return start;
}

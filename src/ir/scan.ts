/** The words of a graph's text. */
import type { Source, Span } from "../diagnostics/span.ts";

export type TokenKind = "name" | "value" | "number" | "text" | "mark" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** Of a name, a value or a text without its quotes and `%`; else as written. */
  readonly text: string;
  readonly span: Span;
}

const pattern =
  /(?<space>(?:\s|#[^\n]*)+)|(?<value>%(?:[\w./-]+|"(?:[^"\\\n]|\\.)*"))|(?<text>"(?:[^"\\\n]|\\.)*")|(?<number>-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|inf\b)|nan\b)|(?<name>[A-Za-z_][\w./-]*)|(?<mark>[\s\S])/gu;

/** All words, and an `end` after them. Anything unexpected is a mark, for the reader to refuse in its place. */
export function scan(source: Source): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of source.text.matchAll(pattern)) {
    const [kind, text] = Object.entries(match.groups!).find(([, text]) => text !== undefined)!;
    if (kind === "space") continue;
    const span = { source, start: match.index, end: match.index + text.length };
    tokens.push({ kind: kind as TokenKind, text: contentOf(kind, text), span });
  }
  const at = source.text.length;
  tokens.push({ kind: "end", text: "", span: { source, start: at, end: at } });
  return tokens;
}

function contentOf(kind: string, text: string): string {
  if (kind === "text") return unquote(text);
  // The mark tells `%3`, a number, from `%"3"`, a name.
  if (kind === "value") return text[1] === '"' ? `"${unquote(text.slice(1))}` : text.slice(1);
  return text;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

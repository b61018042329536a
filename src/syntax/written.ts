/** A source text as comments see it: what stands between two places, on which line and in which column. */
import type { Document } from "./ast.ts";
import { isYaml } from "./parse.ts";

export interface Written {
  readonly text: string;
  /** The text with spaces in place of all comments. */
  readonly silent: string;
  readonly isYaml: boolean;
  /** How much stands between two offsets. */
  readonly distance: (from: number, to: number) => number;
}

const rcnnWords = /[\w.]+|[^\s\w,]/g;
const yamlWords = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w.]+|[^\s\w,:?'"-]/g;

/** Brackets that close are nearly nothing; commas, arrows and the marks of YAML are nothing. */
const closing = 0.3;

export function writtenOf({ source: { text, name }, comments }: Document): Written {
  const inYaml = isYaml(name);
  const silent = withoutComments(text, comments, inYaml);
  const words = inYaml ? yamlWords : rcnnWords;
  const before = new Float64Array(text.length + 1);
  for (const { 0: word, index } of (inYaml ? silent : silent.replaceAll("->", "  ")).matchAll(words)) {
    // A value may begin and end inside its quotes.
    before[index + (/^["'].{2}/.test(word) ? 2 : 1)] = ")]}".includes(word) ? closing : 1;
  }
  for (let index = 1; index < before.length; index++) before[index]! += before[index - 1]!;
  return {
    text,
    silent,
    isYaml: inYaml,
    distance: (from, to) => Math.abs(before[to]! - before[from]!),
  };
}

function withoutComments(text: string, comments: Document["comments"], inYaml: boolean): string {
  const pieces: string[] = [];
  let last = 0;
  for (const { span } of comments) {
    pieces.push(text.slice(last, span.start), " ".repeat(span.end - span.start));
    last = span.end;
  }
  const silent = pieces.join("") + text.slice(last);
  return inYaml ? silent : silent.replaceAll(/^[^\S\n]*\/\/\/.*/gm, (line) => " ".repeat(line.length));
}

export const lineStart = (offset: number, text: string): number => text.lastIndexOf("\n", offset - 1) + 1;

/** Whether nothing but white space stands before it on its line. */
export const beginsLine = (offset: number, text: string): boolean =>
  text.slice(lineStart(offset, text), offset).trim() === "";

/** Whether it begins a line, an item of YAML behind its dash, and the line before is blank. */
export function hasGap(offset: number, text: string, isItem = false): boolean {
  const start = lineStart(offset, text);
  const head = text.slice(start, offset);
  const begins = head.trim() === "" || (isItem && /^[\s-]*$/.test(head));
  return begins && start > 0 && beginsLine(start - 1, text);
}

/** Whether what stands behind the key that ends at `head` is in brackets, in YAML. */
export function isFlow(head: number, silent: string): boolean {
  const start = /["']?\s*:?\s*(?:[&!]\S*\s+)*[[{]/y;
  start.lastIndex = head;
  return start.test(silent);
}

/** Behind the brackets that close at `offset`: the span of a call in brackets is without those. */
export function pastBrackets(offset: number, silent: string): number {
  const brackets = /(?:\s*[\]}])*/y;
  brackets.lastIndex = offset;
  return offset + brackets.exec(silent)![0].length;
}

/** Where the brace of an item of YAML stands: the span of a call in braces begins behind it. */
export function braceBefore(start: number, { silent, isYaml: inYaml }: Written): number {
  let at = start;
  while (inYaml && at > 0 && /\s/.test(silent[at - 1]!)) at--;
  return inYaml && silent[at - 1] === "{" ? at - 1 : start;
}

/** Where the documentation before a declaration begins; `offset` where there is none. */
export function documentedFrom(offset: number, { text, isYaml: inYaml }: Written): number {
  if (inYaml || !beginsLine(offset, text)) return offset;
  let start = lineStart(offset, text);
  while (
    start > 0 &&
    text
      .slice(lineStart(start - 1, text), start)
      .trimStart()
      .startsWith("///")
  ) {
    start = lineStart(start - 1, text);
  }
  return start;
}

/** Where `word` begins if nothing but white space is between it and `offset`, else that. */
export function wordBefore(word: string, offset: number, silent: string): number {
  let end = offset;
  while (end > 0 && /\s/.test(silent[end - 1]!)) end--;
  return end < offset && silent.endsWith(word, end) ? end - word.length : offset;
}

/** The column of a part of a YAML block, for items that of the dash. */
export function columnOf(start: number, isItem: boolean, { text }: Written): number {
  const line = text.slice(lineStart(start, text), start);
  return isItem && /-\s+$/.test(line) ? line.lastIndexOf("-") : line.length;
}

/** Spans of the compiler as ranges and places of the editor protocol. */
import { pathToFileURL } from "node:url";
import type { Location, Position, Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Source, Span } from "../diagnostics/span.ts";

/** The text of a source as the editor counts it: lines, and UTF-16 units in a line. */
export const textDocumentOf = ({ name, text }: Source): TextDocument =>
  TextDocument.create(uriOf(name), "rcnn", 0, text);

export const uriOf = (path: string): string => pathToFileURL(path).href;

/** `text` is that of the span's source, where it is there: its lines are counted already. */
export function rangeOf({ source, start, end }: Span, text?: TextDocument): Range {
  if (text) return { start: text.positionAt(start), end: text.positionAt(end) };
  const from = positionIn(source.text, start);
  const to = positionIn(source.text.slice(start, end), end - start);
  const character = to.line === 0 ? from.character + to.character : to.character;
  return { start: from, end: { line: from.line + to.line, character } };
}

function positionIn(text: string, offset: number): Position {
  let [line, lineStart] = [0, 0];
  for (const { 0: lineEnd, index } of text.slice(0, offset).matchAll(/\r\n|\n|\r/g)) {
    line++;
    lineStart = index + lineEnd.length;
  }
  return { line, character: offset - lineStart };
}

export const locationOf = (span: Span): Location => ({ uri: uriOf(span.source.name), range: rangeOf(span) });

/** Half-open, but the place behind the last character counts too: a cursor there still touches the word. */
export const touches = (span: Span, offset: number): boolean => span.start <= offset && offset <= span.end;

/** Whether two paths are one file in its two notations, or the same. */
export const sameFile = (a: string, b: string): boolean => withoutEnding(a) === withoutEnding(b);

const withoutEnding = (path: string): string => path.replace(/\.(rcnn|ya?ml)$/, "");

/** One key for one place, the same for two readings of the same file. */
export const placeKey = ({ source, start, end }: Span): string => `${source.name}:${start}:${end}`;

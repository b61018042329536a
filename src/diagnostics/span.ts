/** Places in source texts. */

/** A text that spans point into: a file, or an argument such as `--set`. */
export interface Source {
  /** As shown to the user: a path relative to where the command runs, or `--set[0]`. */
  readonly name: string;
  readonly text: string;
}

/** Half-open range `[start, end)` of UTF-16 offsets in the text of one source. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

export function spanning(first: Span, last: Span): Span {
  return { source: first.source, start: first.start, end: Math.max(first.end, last.end) };
}

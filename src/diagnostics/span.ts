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
  /** Whether it lies where the schema of the YAML form does not look, such as in an expression that is a string. */
  readonly isUnseen?: true;
}

export function spanning(first: Span, last: Span): Span {
  return { ...first, end: Math.max(first.end, last.end) };
}

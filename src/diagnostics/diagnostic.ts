/** Diagnostics: plain data that every stage returns beside its value. */
import type { Span } from "./span.ts";

export type Severity = "error" | "warning" | "note";

/** Text edits that make the problem go away. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

export interface Diagnostic {
  /** `<stage>/<kebab-case>`, a key of one of the tables in `codes/`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Absent only where no text is to blame, such as a missing file named on the command line. */
  readonly span?: Span;
  /** Other places that take part, each with what it has to do with the problem. */
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
  readonly fixes?: readonly Fix[];
}

/** What a stage gives: as much of a value as it could make, and all that it found wrong. */
export interface Result<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error");

/** Where a tree is being made: the text, how offsets become spans, and what has been found wrong. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import type { Torn } from "./torn.ts";

export interface Context {
  /** The text that the lexer reads, perhaps a part of a file. */
  readonly text: string;
  /** The span in the source of the offsets `[start, end)` of `text`. */
  readonly at: (start: number, end: number) => Span;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Whether the parser had to recover nowhere. */
  readonly isSound?: boolean;
  /** What could not be read, where it had to. */
  readonly torn?: Torn;
}

export function contextOf(source: Source, report: (diagnostic: Diagnostic) => void): Context {
  return { text: source.text, at: (start, end) => ({ source, start, end }), report };
}

/** Limits on what a text may ask of the compiler. */
export const limits = {
  /** UTF-16 units of a text. */
  size: 1_000_000,
  /** Words, marks and comments of a text, which are what its tree is made of; of all texts of a model together too. */
  words: 200_000,
  /** Of these, those inside one pair of brackets that stands in no other. */
  group: 80_000,
  /** Files that a text uses, and that a model is made of. */
  uses: 500,
  /** Models and ablations of a text. */
  models: 1000,
  /** Keys and blocks of a block. */
  entries: 1000,
  /** Mistakes of a text that are told. */
  mistakes: 1000,
  /** Brackets inside brackets. */
  depth: 64,
  /** Operators, accesses or prefixes in a row. */
  chain: 200,
  /** Values of a YAML text. */
  values: 100_000,
  /** Values that the aliases of a YAML text stand for. */
  copies: 5_000,
} as const;

/** Diagnostics as plain JSON: spans become file, line and column, and the pointer of the key of the YAML form. */
import { allCodes } from "../diagnostics/codes/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";

export async function diagnosticsJson(diagnostics: readonly Diagnostic[]): Promise<readonly object[]> {
  const placeOf = placing();
  // The parser is needed only here, and by commands that have loaded it.
  const pathOf = pointing((await import("../syntax/pointers.ts")).pointersIn);
  return diagnostics.map(({ code, severity, message, span, related, fixes }) => ({
    code,
    severity,
    structural: isStructural(code),
    message,
    ...(span && { place: placeOf(span), path: pathOf(span) }),
    ...(related && {
      related: related.map((item) => ({ message: item.message, place: placeOf(item.span) })),
    }),
    ...(fixes && {
      fixes: fixes.map(({ title, edits }) => ({
        title,
        edits: edits.map((edit) => ({ place: placeOf(edit.span), text: edit.text })),
      })),
    }),
  }));
}

const isStructural = (code: string): boolean => own(allCodes, code)?.structural ?? false;

type Pointers = (span: Span) => string;

/** JSON pointers into the YAML form of each text, which is read once. */
function pointing(pointersIn: (source: Source) => Pointers): Pointers {
  const known = new Map<Source, Pointers>();
  return (span) => {
    const { source } = span;
    const pointers = known.get(source) ?? pointersIn(source);
    known.set(source, pointers);
    return pointers(span);
  };
}

/** Lines and columns from 1, columns in UTF-16 units, as editors count. The lines of each text are found once. */
function placing() {
  const known = new Map<Source, readonly number[]>();
  const lineAndColumn = (source: Source, offset: number): { line: number; column: number } => {
    const starts = known.get(source) ?? lineStarts(source.text);
    known.set(source, starts);
    const line = countUpTo(starts, offset);
    return { line, column: offset - starts[line - 1]! + 1 };
  };
  return ({ source, start, end }: Span) => ({
    file: source.name,
    ...lineAndColumn(source, start),
    end: lineAndColumn(source, end),
  });
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** How many of the sorted `numbers`, the first of which is 0, are at most `most`. */
function countUpTo(numbers: readonly number[], most: number): number {
  let [low, high] = [1, numbers.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle - 1]! <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

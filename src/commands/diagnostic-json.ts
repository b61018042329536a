/** Diagnostics as plain JSON: spans become file, line and column. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";

/** Lines and columns from 1, columns in UTF-16 units, as editors count. */
function placeOf({ source, start, end }: Span) {
  return { file: source.name, ...lineAndColumn(source.text, start), end: lineAndColumn(source.text, end) };
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}

export function diagnosticJson({ code, severity, message, span, related, fixes }: Diagnostic) {
  return {
    code,
    severity,
    message,
    ...(span && { place: placeOf(span) }),
    ...(related && {
      related: related.map((item) => ({ message: item.message, place: placeOf(item.span) })),
    }),
    ...(fixes && {
      fixes: fixes.map(({ title, edits }) => ({
        title,
        edits: edits.map((edit) => ({ place: placeOf(edit.span), text: edit.text })),
      })),
    }),
  };
}

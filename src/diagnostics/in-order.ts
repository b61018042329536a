/** The order in which findings are shown, whichever stage found them first. */
import type { Diagnostic } from "./diagnostic.ts";

/** By file and place, what has no place first; what is said twice of one place is shown once. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map<string, Diagnostic>();
  for (const each of diagnostics) if (!first.has(keyOf(each))) first.set(keyOf(each), each);
  return [...first.values()].sort(byPlace);
}

const keyOf = ({ code, message, span }: Diagnostic): string =>
  JSON.stringify([code, message, span?.source.name, span?.start, span?.end]);

function byPlace({ span: a }: Diagnostic, { span: b }: Diagnostic): number {
  if (!a || !b) return Number(a !== undefined) - Number(b !== undefined);
  const [one, other] = [a.source.name, b.source.name];
  if (one !== other) return one < other ? -1 : 1;
  return a.start - b.start || a.end - b.end;
}

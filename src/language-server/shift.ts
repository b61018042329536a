/** Where a place of an earlier text stands in a later one. */
import type { Source, Span } from "../diagnostics/span.ts";

/** Undefined where the texts differ inside the place itself. */
export type Shift = (span: Span) => Span | undefined;

/** From what both texts begin and end with. */
export function shiftTo(before: Source, after: Source): Shift {
  if (before.text === after.text) return (span) => ({ ...span, source: after });
  const [from, to] = [before.text, after.text];
  const most = Math.min(from.length, to.length);
  let head = 0;
  while (head < most && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < most - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  const moved = to.length - from.length;
  return ({ start, end }) => {
    if (end <= head) return { source: after, start, end };
    if (start >= from.length - tail) return { source: after, start: start + moved, end: end + moved };
    return undefined;
  };
}

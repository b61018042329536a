/** Where two syntax trees differ in more than their places and comments. */
import type { Span } from "../diagnostics/span.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Fields that say where something stands, not what it is. */
const places: ReadonlySet<string> = new Set(["span", "source", "comments"]);

const spanOf = (value: unknown, around: Span): Span =>
  isObject(value) && isObject(value.span) ? (value.span as unknown as Span) : around;

/** The span of the innermost part of `tree` that is another in `other`; undefined where there is none. */
export function difference(tree: unknown, other: unknown, around: Span): Span | undefined {
  if (!isObject(tree) || !isObject(other)) return Object.is(tree, other) ? undefined : around;
  const span = spanOf(tree, around);
  const keys = new Set([...Object.keys(tree), ...Object.keys(other)]);
  for (const key of keys) {
    if (places.has(key) && !Array.isArray(tree)) continue;
    const found = difference(tree[key], other[key], spanOf(tree[key], span));
    if (found) return found;
  }
  return undefined;
}

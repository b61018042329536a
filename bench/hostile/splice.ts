/** Sound texts in which parts of the tree stand where parts of other texts stood: most of them parse, and go deep. */
import type { Span } from "../../src/diagnostics/span.ts";
import { parse } from "../../src/syntax/parse.ts";
import { poisons } from "./poisons.ts";
import type { Random } from "./random.ts";

/** A text with the places of its parts. */
export interface Parts {
  readonly name: "m.rcnn" | "m.yaml";
  readonly text: string;
  readonly parts: readonly Part[];
}

interface Part {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Of a text that is YAML where it does not begin as the other notation does. */
export function partsOf(name: Parts["name"], text: string): Parts {
  const parts: Part[] = [];
  const document = parse({ name, text }).value;
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const each of node) visit(each);
      return;
    }
    const { kind, span } = node as { readonly kind?: string; readonly span?: Span };
    if (kind !== undefined && span && span.end > span.start) {
      parts.push({ kind: groupOf(kind), start: span.start, end: span.end });
    }
    for (const [key, value] of Object.entries(node)) if (key !== "span" && key !== "source") visit(value);
  };
  visit(document?.declarations);
  return { name, text, parts };
}

const declarations: ReadonlySet<string> = new Set(["setting", "block", "edit", "module", "use"]);

/** Expressions may stand for each other, declarations of one kind. */
const groupOf = (kind: string): string => (declarations.has(kind) ? kind : "expression");

/** One to four parts of `base` replaced, doubled or taken away. */
export function spliced(base: Parts, all: readonly Parts[], random: Random): string {
  const { below, chance, one } = random;
  if (base.parts.length === 0) return base.text;
  let { text } = base;
  let limit = text.length;
  const chosen = Array.from({ length: 1 + below(4) }, () => one(base.parts)).sort(
    (a, b) => b.start - a.start,
  );
  for (const { kind, start, end } of chosen) {
    // Parts behind the last one are done, and those around it are not what they were.
    if (end > limit) continue;
    limit = start;
    const other = one(all.filter(({ name }) => name === base.name));
    const fitting = chance(0.8) ? other.parts.filter((part) => part.kind === kind) : other.parts;
    const part = fitting.length > 0 ? one(fitting) : undefined;
    const own = text.slice(start, end);
    const put = chance(0.1)
      ? `${own} ${own}`
      : chance(0.1)
        ? one(poisons)
        : part
          ? other.text.slice(part.start, part.end)
          : "";
    text = text.slice(0, start) + put + text.slice(end);
  }
  return text;
}

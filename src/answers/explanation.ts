/** What an explanation is: a value, and the places and rules that gave it. */
import type { Span } from "../diagnostics/span.ts";

export type How = "set" | "changed" | "names" | "default" | "derived" | "built";

export interface Step {
  readonly how: How;
  readonly text: string;
  /** `file:line`; absent for defaults and rules. */
  readonly place?: string;
}

export interface Explanation {
  readonly path: string;
  /** As the notation writes it; absent for blocks. */
  readonly value?: string;
  /** The last one holds. */
  readonly steps: readonly Step[];
}

/** `file:line`. */
export const placeText = ({ source, start }: Span): string =>
  `${source.name}:${source.text.slice(0, start).split("\n").length}`;

export const oneLine = ({ source, start, end }: Span): string =>
  source.text.slice(start, end).replace(/\s+/g, " ").trim();

/** Which of the keys that give the length of a run holds: that of the latest text. */
import type { Span } from "../diagnostics/span.ts";
import type { MergedEntry, Spec } from "../merge/spec.ts";

const keys = ["images", "epochs", "steps"] as const;

export interface RunLength {
  readonly key: (typeof keys)[number];
  readonly span: Span;
  /** Of its text among all that were merged. */
  readonly order: number;
}

/** Those that the block `train` has, the one that holds first. */
export function runLengths(
  entries: readonly MergedEntry[],
  { sources }: Pick<Spec, "sources">,
): readonly RunLength[] {
  const given = entries.flatMap((entry): readonly RunLength[] => {
    const key = keys.find((each) => entry.kind === "setting" && entry.name.text === each);
    return key ? [{ key, span: entry.span, order: sources.indexOf(entry.span.source) }] : [];
  });
  return given.sort((a, b) => b.order - a.order);
}

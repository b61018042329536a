/** A model that others are to complete: what it does not say, they may. */
import type { MergedBlock } from "./spec.ts";

export const unfinished = (block: MergedBlock): MergedBlock => ({
  ...block,
  entries: block.entries.map((entry) => (entry.kind === "block" ? unfinished(entry) : entry)),
  isPartial: true,
});

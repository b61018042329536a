/** Origins in words: the path of a config, or what made a node and from what. */
import type { Origin } from "./types.ts";

/** `backbone.c2`, or `differentiate < backbone.c2`. */
export function describeOrigin(origin: Origin): string {
  if (origin.kind === "source") return origin.path;
  return origin.from ? `${origin.by} < ${describeOrigin(origin.from)}` : origin.by;
}

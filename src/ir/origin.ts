/** Origins in words: the path of a config, or what made a node and from what. */
import type { Origin } from "./types.ts";

/** `backbone.c2`, or `differentiate < backbone.c2`. */
export function describeOrigin(origin: Origin): string {
  if (origin.kind === "source") return origin.path;
  return origin.from ? `${origin.by} < ${describeOrigin(origin.from)}` : origin.by;
}

/** The part of the model that a node serves, whatever passes have made of it; for what serves none, its maker. */
export function pathOf(origin: Origin): string {
  if (origin.kind === "source") return origin.path;
  return origin.from ? pathOf(origin.from) : origin.by;
}

/** Whether `maker` made the node, or what the node was made from. */
export function isMadeBy(origin: Origin | undefined, maker: string): boolean {
  return origin?.kind === "made" && (origin.by === maker || isMadeBy(origin.from, maker));
}

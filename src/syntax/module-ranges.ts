/** Where networks and blocks begin and end, which their brackets tell whatever is wrong inside. */
import type { IToken } from "chevrotain";
import * as t from "../../grammar/tokens.ts";

export interface ModuleRange {
  readonly start: number;
  readonly end: number;
}

/** Of `tokens` whose brackets have their partners. */
export function moduleRanges(tokens: readonly IToken[]): readonly ModuleRange[] {
  const ranges: ModuleRange[] = [];
  let depth = 0;
  let start: number | undefined;
  for (const [index, token] of tokens.entries()) {
    const { tokenType: type, startOffset } = token;
    if (type === t.LeftBrace) depth++;
    else if (type === t.RightBrace) depth = Math.max(0, depth - 1);
    if (depth > 0) continue;
    if (start === undefined && (type === t.Network || type === t.BlockWord)) start = startOffset;
    const next = tokens[index + 1]?.tokenType;
    // The inputs and results before its body stand in braces too.
    const goesOn = next === t.Arrow || next === t.LeftBrace || next === t.On;
    if (start === undefined || type !== t.RightBrace || goesOn) continue;
    ranges.push({ start, end: startOffset + 1 });
    start = undefined;
  }
  return ranges;
}

/** Whether `offset` is in one of them, behind its beginning. */
export const isInside = (offset: number, ranges: readonly ModuleRange[]): boolean =>
  ranges.some(({ start, end }) => start < offset && offset < end);

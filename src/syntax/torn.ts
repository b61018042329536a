/** Where a text could not be read, and so what of it nobody knows. */
import type { IRecognitionException, IToken } from "chevrotain";
import type { Tokens } from "./read-tokens.ts";

export interface Torn {
  /** Places that could not be read, as offsets; infinite for the end of the text. */
  readonly offsets: readonly number[];
  /** Whether one of them is between two offsets, or at the token right behind them. */
  readonly touches: (start: number, end: number) => boolean;
  /** Whether one of them is before an offset on the same line, so that what begins there may be a rest of it. */
  readonly follows: (start: number) => boolean;
}

/** `marks` are offsets of what was wrong before the parser began. */
export function tornBy(
  errors: readonly IRecognitionException[],
  { marks, tokens, text }: Pick<Tokens, "marks" | "tokens"> & { readonly text: string },
): Torn {
  const skipped = errors.flatMap(({ token, resyncedTokens }) => [token, ...resyncedTokens].map(offsetOf));
  const offsets = [...marks, ...skipped];
  const touches = (start: number, end: number): boolean => {
    const next = behind(end, tokens);
    return offsets.some((offset) => start <= offset && offset <= next);
  };
  const follows = (start: number): boolean => {
    const line = text.lastIndexOf("\n", start) + 1;
    return offsets.some((offset) => line <= offset && offset <= start);
  };
  return { offsets, touches, follows };
}

const offsetOf = ({ startOffset }: IToken): number =>
  Number.isNaN(startOffset) ? Number.POSITIVE_INFINITY : startOffset;

/** Where the first token at or behind `offset` begins. */
function behind(offset: number, tokens: readonly IToken[]): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.startOffset < offset) low = middle + 1;
    else high = middle;
  }
  return tokens[low]?.startOffset ?? Number.POSITIVE_INFINITY;
}

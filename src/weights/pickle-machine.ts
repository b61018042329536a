/** The state of the machine that reads a pickle, and its limits. */
import type { GlobalRules, Pickled, Refused } from "./pickle-values.ts";

export interface PickleRules {
  readonly globals: GlobalRules;
  /** What an id stands for that the pickle leaves to its reader. */
  readonly persistent?: (id: Pickled) => Pickled | Refused;
  /** Gives state to what a rule has made; the problem in words, or nothing in them. */
  readonly build?: (made: Pickled, state: Pickled) => string;
}

/** Beyond what any list of tensors needs: a file of a few bytes must not grow without end. */
export const pickleLimits = { instructions: 4_000_000, stack: 1_000_000, integerBytes: 16 } as const;

/** The machine; `problem` once set ends the run. */
export interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly rules: PickleRules;
  at: number;
  stack: Pickled[];
  readonly marks: Pickled[][];
  readonly memo: Map<number, Pickled>;
  problem: { readonly text: string; readonly global?: string } | undefined;
  done: boolean;
}

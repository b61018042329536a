/** What became of the tensors of a weight file: what matched, what did not, and why. */
import type { LoadedWeights } from "../weights/load-weights.ts";
import { testimonyOf } from "../weights/trained-check.ts";
import type { TrainedWith } from "../weights/trained-with.ts";

/** The document of `rcnn import --json`. */
export interface WeightsReport {
  readonly file: string;
  readonly format: string;
  readonly mapping: string;
  /** From our parameters to the tensors they were read from. */
  readonly matched: Readonly<Record<string, string>>;
  /** Parameters with the value that all such files leave out. */
  readonly constant: Readonly<Record<string, number>>;
  /** Parameters that keep their initial values, with the names under which a tensor was looked for. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  readonly misshapen: Readonly<
    Record<
      string,
      { readonly tensor: string; readonly expected: readonly number[]; readonly found: readonly number[] }
    >
  >;
  /** Tensors without a place here. */
  readonly unused: readonly string[];
  /** Numbers read. */
  readonly numbers: number;
  /** What is known of the training of the weights, and agrees with the config. */
  readonly trainedWith: TrainedWith;
  /** Of what the config has, that which nothing says of the weights. */
  readonly unsaid: readonly ("input" | "epsilon" | "categories")[];
}

export function reportOf(
  { format, matches, state, testimonies }: LoadedWeights,
  file: string,
): WeightsReport {
  const { mapping, matched, constant, missing, misshapen, unused } = matches;
  const [input, epsilon, categories] = (["input", "epsilon", "categories"] as const).map(
    (key) => testimonyOf(testimonies, key)?.fact,
  );
  const normalizes = [...matched, ...constant].some(({ slot }) => slot.epsilon !== undefined);
  return {
    ...{ file, format, mapping: mapping.name },
    matched: Object.fromEntries(matched.map(({ slot, name }) => [slot.name, name])),
    constant: Object.fromEntries(constant.map(({ slot, value }) => [slot.name, value])),
    missing: Object.fromEntries(missing.map(({ slot, tried }) => [slot.name, tried])),
    misshapen: Object.fromEntries(
      misshapen.map(({ slot, name, expected, found }) => [slot.name, { tensor: name, expected, found }]),
    ),
    unused,
    unsaid: [
      ...(input ? [] : ["input" as const]),
      ...(epsilon === undefined && normalizes ? ["epsilon" as const] : []),
      ...(categories ? [] : ["categories" as const]),
    ],
    numbers: Object.values(state).reduce((sum, { data }) => sum + data.length, 0),
    trainedWith: {
      ...(input && { input }),
      ...(epsilon !== undefined && { epsilon }),
      ...(categories && { categories }),
    } as TrainedWith,
  };
}

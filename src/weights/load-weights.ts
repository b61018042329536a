/** A weight file and a model: which mapping fits, what matches, and the state that comes of it. */
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import { bestMatches, type Matches } from "./match.ts";
import { nothingFits } from "./problems.ts";
import { mappingsFor } from "./read-mapping.ts";
import { readMatched, type State } from "./read-matched.ts";
import { type Parameter, slotsOf } from "./slots.ts";
import { testimoniesFor } from "./testimony.ts";
import { checkTrained, type Testimony } from "./trained-check.ts";
import { openWeights, type WeightFile } from "./weight-file.ts";

export interface LoadedWeights {
  readonly format: string;
  readonly matches: Matches;
  readonly testimonies: readonly Testimony[];
  /** In our layout; only what matches. */
  readonly state: State;
}

/** What must hold before the numbers are read; a diagnostic that is an error ends the loading. */
export type Judge = (matches: Matches) => readonly Diagnostic[];

/** Loads `path` for `model`, whose graph declares `parameters`. `mapping` is a name or a path; the best unless given. */
export async function loadWeights(
  path: string,
  model: Model,
  parameters: readonly Parameter[],
  options: { readonly mapping?: string | undefined; readonly judge: Judge },
): Promise<Result<LoadedWeights>> {
  const mappings = await mappingsFor(options.mapping);
  if (!mappings.value) return { diagnostics: mappings.diagnostics };
  const opened = await openWeights(path);
  const weights = opened.value;
  if (!weights) return { diagnostics: opened.diagnostics };
  try {
    const slots = slotsOf(model, parameters);
    const matches = bestMatches(slots, weights.tensors, mappings.value, model.input);
    if (matches) return await readInto(model, weights, matches, options.judge);
    const wanted = slots.map(({ name }) => name);
    return { diagnostics: [nothingFits(path, weights.tensors.keys(), wanted)] };
  } finally {
    await weights.close();
  }
}

async function readInto(
  model: Model,
  weights: WeightFile,
  matches: Matches,
  judge: Judge,
): Promise<Result<LoadedWeights>> {
  const testimonies = await testimoniesFor(weights, matches.mapping);
  const slots = [...matches.matched, ...matches.constant].map(({ slot }) => slot);
  const found = [...judge(matches), ...checkTrained(testimonies, model, slots)];
  if (found.some(({ severity }) => severity === "error")) return { diagnostics: found };
  const { value: state, diagnostics } = await readMatched(matches, weights.file.name);
  if (!state) return { diagnostics: [...found, ...diagnostics] };
  return { value: { format: weights.format, matches, testimonies, state }, diagnostics: found };
}

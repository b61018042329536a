/** Import: a weight file and a config become a run. */
import { vocabularyHash } from "../components/vocabulary.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { resolveFile } from "../language.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors } from "../runtime/session.ts";
import { type LoadedWeights, loadWeights } from "../weights/load-weights.ts";
import { leftOver, problemsOf } from "../weights/problems.ts";
import { testimonyOf } from "../weights/trained-check.ts";
import { type Category, trainedWith } from "../weights/trained-with.ts";
import type { Log } from "./api.ts";
import { hashOf, saveCheckpoint } from "./checkpoint.ts";
import { initialState } from "./initial-state.ts";
import { parametersOf } from "./parameters.ts";
import { runText } from "./run-file.ts";
import { startRun } from "./start-run.ts";
import { reportOf, type WeightsReport } from "./weights-report.ts";

export interface ImportOptions {
  /** The weight file. */
  readonly file: string;
  readonly config: string;
  readonly set: readonly string[];
  /** Folder of the run. */
  readonly out: string;
  /** Name or path of a mapping; the one that fits best unless given. */
  readonly mapping?: string;
  /** Parameters that the file does not have keep their initial values, where they are else an error. */
  readonly partial?: boolean;
  readonly seed: number;
  readonly log?: Log;
}

export async function importWeights(options: ImportOptions): Promise<Result<WeightsReport>> {
  const resolved = await resolveFile(options.config, { set: options.set });
  const model = resolved.value;
  if (!model) return { diagnostics: resolved.diagnostics };
  const specs = parametersOf(model);
  const judge = (matches: LoadedWeights["matches"]): readonly Diagnostic[] => [
    ...(options.partial ? [] : problemsOf(matches, options.file)),
    ...leftOver(matches, options.file),
  ];
  const { mapping } = options;
  const { value: loaded, diagnostics } = await loadWeights(options.file, model, specs, { mapping, judge });
  const found = [...resolved.diagnostics, ...diagnostics];
  if (!loaded) return { diagnostics: found };
  const absent = specs.filter(({ name }) => !(name in loaded.state));
  await writeImported(model, { ...loaded.state, ...initialState(absent, options.seed) }, loaded, options);
  return { value: reportOf(loaded, options.file), diagnostics: found };
}

async function writeImported(
  model: Model,
  state: HostTensors,
  loaded: LoadedWeights,
  { out, seed, file, log }: ImportOptions,
): Promise<void> {
  const categories = categoriesFor(model, loaded);
  const vocabulary = vocabularyHash();
  const run = { version: 1, vocabulary, model, categories, seed, data: file } as const;
  await startRun(out, run, log);
  const facts = { step: 0, seed, configHash: hashOf(runText(run)), losses: {} };
  await saveCheckpoint(out, { ...facts, trainedWith: trainedWith(model, categories) }, state);
}

/** Those that the weights were trained with; else numbers for names. */
function categoriesFor(model: Model, { testimonies }: LoadedWeights): readonly Category[] {
  const known = testimonyOf(testimonies, "categories")?.fact;
  const numbered = Array.from({ length: model.classes }, (_, index) => ({
    id: index + 1,
    name: `class ${index + 1}`,
  }));
  return known ?? numbered;
}

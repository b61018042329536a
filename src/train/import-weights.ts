/** Import: a weight file and a config become a run. */
import { vocabularyOf } from "../components/vocabulary.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { resolveFile } from "../language.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors } from "../runtime/session.ts";
import { type LoadedWeights, loadWeights } from "../weights/load-weights.ts";
import { leftOver, problemsOf } from "../weights/problems.ts";
import { readCategories } from "../weights/read-categories.ts";
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
  /** A COCO file, or a JSON list of names: what the classes are called. */
  readonly categories?: string;
  readonly seed: number;
  readonly log?: Log;
}

export async function importWeights(options: ImportOptions): Promise<Result<WeightsReport>> {
  const told = await toldCategories(options.categories);
  if (told.diagnostics.length > 0) return { diagnostics: told.diagnostics };
  const { value: categories } = told;
  const resolved = await resolveFile(options.config, {
    set: options.set,
    ...(categories && {
      classes: categories.length,
      categoryIds: categories.map(({ id }) => id),
      categoryNames: categories.map(({ name }) => name),
    }),
  });
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
  const state = { ...loaded.state, ...initialState(absent, options.seed) };
  await writeImported(model, state, categories ?? knownCategories(model, loaded), options);
  const report = reportOf(loaded, options.file);
  const unsaid = report.unsaid.filter((key) => key !== "categories" || !categories);
  return { value: { ...report, unsaid }, diagnostics: found };
}

const toldCategories = async (path: string | undefined): Promise<Result<readonly Category[]>> =>
  path === undefined ? { diagnostics: [] } : readCategories(path);

/** Those that the weights were trained with, where there is one for each class. */
function knownCategories(model: Model, { testimonies }: LoadedWeights): readonly Category[] | undefined {
  const known = testimonyOf(testimonies, "categories")?.fact;
  const isWhole =
    model.classIds === "raw"
      ? known?.every(({ id }) => id >= 1 && id <= model.classes)
      : known?.length === model.classes;
  return isWhole ? known : undefined;
}

async function writeImported(
  model: Model,
  state: HostTensors,
  named: readonly Category[] | undefined,
  { out, seed, file, log }: ImportOptions,
): Promise<void> {
  const vocabulary = vocabularyOf(model);
  const categories = named ?? numbered(model.classes);
  const unnamed = named ? {} : { unnamed: true };
  const run = { version: 1, vocabulary, model, categories, ...unnamed, seed, data: file } as const;
  await startRun(out, run, log);
  const facts = { step: 0, seed, configHash: hashOf(runText(run)), losses: {} };
  await saveCheckpoint(out, { ...facts, trainedWith: trainedWith(model, named) }, state);
}

const numbered = (classes: number): readonly Category[] =>
  Array.from({ length: classes }, (_, index) => ({ id: index + 1, name: `class ${index + 1}` }));

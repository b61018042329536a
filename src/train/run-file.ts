/** What a run folder says of its model: enough to evaluate and predict without the config and its library. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { changedWords, type Vocabulary } from "../components/vocabulary.ts";
import type { Dataset } from "../data/dataset.ts";
import { checkpointCodes } from "../diagnostics/codes/checkpoint.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import { writeAtomically } from "../support/write-atomically.ts";
import { hashOf, latestCheckpoint, runFiles } from "./checkpoint.ts";

export interface Run {
  readonly version: 1;
  readonly model: Model;
  /** Of the data it was trained on; a class of the model is a place in this list. */
  readonly categories: Dataset["categories"];
  /** Nothing told the names of the categories, which are numbers: those of a data set hold where there is one. */
  readonly unnamed?: boolean;
  readonly seed: number;
  readonly data: string;
  /** `dataHash` of the data; absent where the weights were not trained here. */
  readonly dataHash?: string;
  /** `vocabularyOf` the model, by the compiler that resolved it. */
  readonly vocabulary: Vocabulary;
}

export const writeRun = (folder: string, run: Run): Promise<void> =>
  writeAtomically(join(folder, runFiles.resolved), runText(run));

/** Spans keep their file and offsets, not the text of the file. */
export const runText = (run: Run): string =>
  `${JSON.stringify(run, (key, value) => (key === "text" && typeof value === "string" ? "" : value), 1)}\n`;

export async function readRun(folder: string): Promise<Result<Run>> {
  const text = await readFile(join(folder, runFiles.resolved), "utf8").catch(() => undefined);
  if (text === undefined) {
    const values = { folder, missing: runFiles.resolved };
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/not-a-run", values)] };
  }
  const file = join(folder, runFiles.resolved);
  const broken = (problem: string): Result<Run> => ({
    diagnostics: [diagnose(checkpointCodes, "checkpoint/bad-manifest", { file, problem })],
  });
  try {
    const run = JSON.parse(text) as Partial<Run> | null;
    if (run?.version !== 1) return broken(`its version is \`${String(run?.version)}\`; expected 1`);
    if (!run.model?.backbone || !Array.isArray(run.categories)) return broken("it holds no resolved model");
    const words = isVocabulary(run.vocabulary) ? changedWords(run.vocabulary, run.model) : undefined;
    if (words?.length !== 0) {
      const values = { folder, words: words ?? [] };
      return { diagnostics: [diagnose(checkpointCodes, "checkpoint/other-vocabulary", values)] };
    }
    return { value: run as Run, diagnostics: [] };
  } catch {
    return broken("it is not JSON");
  }
}

const isVocabulary = (value: unknown): value is Vocabulary =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** Of its config, as the checkpoints of the run in `folder` name it. */
export const runHash = async (folder: string): Promise<string> =>
  hashOf(await readFile(join(folder, runFiles.resolved), "utf8"));

/** A run with a checkpoint, whose config is the one that the checkpoint was trained with. */
export async function readTrainedRun(folder: string): Promise<Result<Run>> {
  const run = await readRun(folder);
  if (!run.value) return run;
  const checkpoint = await latestCheckpoint(folder);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const file = join(folder, runFiles.resolved);
  if ((await runHash(folder)) === checkpoint.value.configHash) return run;
  const values = { file, step: checkpoint.value.step };
  return { diagnostics: [diagnose(checkpointCodes, "checkpoint/other-config", values)] };
}

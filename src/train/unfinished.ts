/** A run that was stopped: what it goes on from, or why it cannot. */
import { join } from "node:path";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { bareModel } from "../model/bare-model.ts";
import type { HostTensors } from "../runtime/session.ts";
import { writeAtomically } from "../support/write-atomically.ts";
import { type CheckpointFacts, latestCheckpoint, loadCheckpoint, runFiles } from "./checkpoint.ts";
import { type MetricsRow, readMetrics } from "./metrics.ts";
import { type Run, readTrainedRun } from "./run-file.ts";

export interface Unfinished {
  readonly facts: CheckpointFacts;
  readonly state: HostTensors;
  /** Of the steps that the checkpoint has seen; those behind it are taken again. */
  readonly metrics: readonly MetricsRow[];
}

/** Null where the folder holds no run, or one without a checkpoint: it is begun anew. */
export async function unfinishedRun(folder: string, wanted: Run): Promise<Result<Unfinished | null>> {
  const latest = await latestCheckpoint(folder);
  if (latest.diagnostics.some(({ code }) => code === "checkpoint/not-a-run"))
    return { value: null, diagnostics: [] };
  const run = await readTrainedRun(folder);
  if (!run.value) return { diagnostics: run.diagnostics };
  const other = otherRun(folder, run.value, wanted);
  if (other) return { diagnostics: [other] };
  const checkpoint = await loadCheckpoint(folder, latest.value);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const metrics = await readMetrics(folder);
  if (!metrics.value) return { diagnostics: metrics.diagnostics };
  const { manifest: facts, state } = checkpoint.value;
  const seen = metrics.value.filter(({ step }) => step <= facts.step);
  return { value: { facts, state, metrics: seen }, diagnostics: [] };
}

/** The folder as it was at the checkpoint. */
export const goBack = (folder: string, { metrics }: Unfinished): Promise<void> =>
  writeAtomically(join(folder, runFiles.metrics), metrics.map((row) => `${JSON.stringify(row)}\n`).join(""));

function otherRun(folder: string, there: Run, here: Run): Diagnostic | undefined {
  const different = (what: string, values: readonly [unknown, unknown]): Diagnostic => {
    const [before, now] = values.map((value) => JSON.stringify(value) ?? "absent");
    return diagnose(trainCodes, "train/other-run", { folder, what, there: before!, here: now! });
  };
  const model = difference(plain(there), plain(here), []);
  if (model) return different(`\`${model.path.join(".")}\``, model.values);
  if (there.seed !== here.seed) return different("the seed", [there.seed, here.seed]);
  if (there.dataHash === here.dataHash) return undefined;
  return different("the data set", [dataText(there), dataText(here)]);
}

/** What has one name need not be one data set. */
const dataText = ({ data, dataHash = "" }: Run): string => `${data} (${dataHash.slice(0, 15)})`;

const plain = ({ model }: Run): unknown => JSON.parse(bareModel(model));

interface Difference {
  readonly path: readonly string[];
  readonly values: readonly [unknown, unknown];
}

/** The first place where two JSON values are not the same. */
function difference(a: unknown, b: unknown, path: readonly string[]): Difference | undefined {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null || isLeaf(a) || isLeaf(b))
    return JSON.stringify(a) === JSON.stringify(b) ? undefined : { path, values: [a, b] };
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], [...path, key]);
    if (found) return found;
  }
  return undefined;
}

/** Lists of plain values are shown whole. */
const isLeaf = (value: object): boolean =>
  Array.isArray(value) && value.every((each) => typeof each !== "object" || each === null);

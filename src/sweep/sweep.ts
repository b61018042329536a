/** A sweep: every point of every ablation trained and measured as an ordinary run, one after another. */
import { type LoadedDataset, loadDataset } from "../data/load-dataset.ts";
import { sweepRunCodes } from "../diagnostics/codes/sweep.ts";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { EvaluateOptions, EvaluateSummary, TrainOptions } from "../train/api.ts";
import { dataHash } from "../train/data-hash.ts";
import { evaluate } from "../train/evaluate.ts";
import { shorthands, train } from "../train/train.ts";
import {
  ablationFolder,
  type PlannedRun,
  readMeasurement,
  runsOf,
  stateOf,
  writeMeasurement,
  writeSettings,
} from "./measurement.ts";
import { type PlannedAblation, planFile } from "./plan.ts";

/** What every run takes, and the file with the ablations. */
export interface SweepOptions
  extends Omit<TrainOptions, "config" | "variant" | "seed" | "out">,
    Pick<EvaluateOptions, "onImage"> {
  readonly file: string;
  /** Folder of all runs. */
  readonly out: string;
  /** Gets the warnings about points before the first one trains; they are not in the result. */
  readonly onPlan?: (warnings: readonly Diagnostic[]) => Promise<unknown>;
}

/** The document of `rcnn sweep --json`. */
export interface SweepSummary {
  readonly ablations: readonly { readonly name: string; readonly runs: readonly SweptRun[] }[];
}

export interface SweptRun {
  readonly point: string;
  readonly seed: number;
  /** Its folder. */
  readonly run: string;
  /** `passed` where an earlier sweep finished it. */
  readonly state: "done" | "passed";
  readonly measures: EvaluateSummary;
}

interface Trained {
  /** Hash of the data to train on. */
  readonly trained: string;
}

/** Everything that can be wrong with any point is found before the first one trains. */
export async function sweep(options: SweepOptions): Promise<Result<SweepSummary>> {
  const dataset = await loadDataset({ ...options, split: "train" });
  if (!dataset.value) return { diagnostics: dataset.diagnostics };
  const settings = {
    set: [...options.set, ...shorthands(options)],
    classes: dataset.value.categories.length,
  };
  const plan = await planFile(options.file, { ...settings, compile: true });
  if (!plan.value) return { diagnostics: plan.diagnostics };
  const models = plan.value.flatMap(({ points }) => points.map(({ model }) => model));
  const unfit = unfitData(models, dataset, options);
  if (unfit.length > 0) return { diagnostics: unfit };
  await options.onPlan?.(plan.diagnostics);
  const trained = dataHash(dataset.value);
  const diagnostics: Diagnostic[] = [];
  const ablations: SweepSummary["ablations"][number][] = [];
  for (const ablation of plan.value) {
    await writeSettings(ablationFolder(options.out, ablation), { version: 1, ...settings });
    const swept = await sweepAblation(ablation, { ...options, trained });
    diagnostics.push(...swept.diagnostics);
    if (!swept.value) return { diagnostics };
    ablations.push({ name: ablation.name.text, runs: swept.value });
  }
  return { value: { ablations }, diagnostics };
}

/** What some of the models ask of the data that it does not have. */
function unfitData(
  models: readonly Model[],
  dataset: LoadedDataset,
  { proposals: path }: SweepOptions,
): readonly Diagnostic[] {
  const reading = models.filter(({ proposals }) => proposals);
  if (reading.length > 0 && path === undefined)
    return [diagnose(trainCodes, "train/proposals-wanted", { model: reading[0]!.name })];
  if (reading.length === 0 && path !== undefined)
    return [diagnose(trainCodes, "train/proposals-unused", { model: models[0]!.name, path })];
  const masks = models.some(({ regions }) => regions.heads.some(({ kind }) => kind === "segment"));
  return masks ? dataset.outlines() : [];
}

/** No value where a run failed in a way that the next would too. */
async function sweepAblation(
  ablation: PlannedAblation,
  options: SweepOptions & Trained,
): Promise<Result<readonly SweptRun[]>> {
  const runs = runsOf(ablation, options.out);
  const diagnostics: Diagnostic[] = [];
  const done: SweptRun[] = [];
  const reasons = new Set<string>();
  for (const [index, run] of runs.entries()) {
    const { point, seed, folder } = run;
    const title = `${ablation.name.text} ${index + 1}/${runs.length}: ${point.name}, seed ${seed}`;
    const swept = await sweepRun(run, ablation, options, title);
    diagnostics.push(...swept.diagnostics);
    if (swept.value) {
      done.push({ point: point.name, seed, run: folder, ...swept.value });
      continue;
    }
    diagnostics.push(diagnose(sweepRunCodes, "sweep/run-failed", { point: point.name, seed, run: folder }));
    const reason = swept.diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n");
    if (reasons.has(reason) || swept.diagnostics.some(isOfData)) return { diagnostics };
    reasons.add(reason);
  }
  return { value: done, diagnostics };
}

/** The data are those of every run. */
const isOfData = ({ code, severity }: Diagnostic): boolean =>
  severity === "error" && code.startsWith("data/");

async function sweepRun(
  run: PlannedRun,
  ablation: PlannedAblation,
  { proposals, trained: data, ...others }: SweepOptions & Trained,
  title: string,
): Promise<Result<Pick<SweptRun, "state" | "measures">>> {
  const { point, seed, folder } = run;
  const reads = point.model.proposals && proposals !== undefined;
  const options = reads ? { ...others, proposals } : others;
  const state = await stateOf(run, data);
  const known = state === "trained" ? await readMeasurement(folder) : undefined;
  if (known?.value?.metric === ablation.metric) {
    options.log?.(`${title}: done before.`);
    return { value: { state: "passed", measures: known.value.measures }, diagnostics: [] };
  }
  options.log?.(`${title} -> ${folder}`);
  if (state !== "trained") {
    const variant = { model: ablation.base.text, changes: point.changes };
    const trained = await train({
      ...options,
      config: options.file,
      variant,
      seed,
      out: folder,
      resume: state === "begun",
    });
    if (!trained.value) return { diagnostics: trained.diagnostics };
  }
  const { metric } = ablation;
  const measured = await evaluate({ ...options, run: folder, split: "val", metric });
  if (!measured.value) return { diagnostics: measured.diagnostics };
  await writeMeasurement(folder, { version: 1, metric, data: options.data, measures: measured.value });
  return { value: { state: "done", measures: measured.value }, diagnostics: [] };
}

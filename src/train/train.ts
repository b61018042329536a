/** Training: a config and a data set become a run. */
import { join } from "node:path";
import { buildProgram } from "../compile.ts";
import type { Bucket } from "../components/context.ts";
import { vocabularyOf } from "../components/vocabulary.ts";
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/load-dataset.ts";
import { paddedTrainingSize } from "../data/training-view.ts";
import { truthCapacity } from "../data/truth-capacity.ts";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { resolveFile } from "../language.ts";
import type { Model } from "../model/model.ts";
import { largestRule } from "../model/train-model.ts";
import type { HostTensors, Session } from "../runtime/session.ts";
import { flagOverride } from "../support/overrides.ts";
import { trainedWith } from "../weights/trained-with.ts";
import type { StepReport, TrainOptions, TrainSummary } from "./api.ts";
import { coverOf } from "./buckets.ts";
import { checkPictures } from "./check-pictures.ts";
import { removeEarlier, saveCheckpoint } from "./checkpoint.ts";
import { dataHash } from "./data-hash.ts";
import { guarded } from "./guard.ts";
import { logWarnings } from "./log-warnings.ts";
import { appendMetrics } from "./metrics.ts";
import { openProgram } from "./open-program.ts";
import { proposalsFor } from "./proposals.ts";
import { type Run, runHash } from "./run-file.ts";
import { rateAt } from "./schedule.ts";
import { startRun } from "./start-run.ts";
import { startingState } from "./starting-state.ts";
import { type BatchMaker, createBatchMaker } from "./training-batches.ts";
import { goBack, type Unfinished, unfinishedRun } from "./unfinished.ts";

export const train = (options: TrainOptions): Promise<Result<TrainSummary>> =>
  guarded(async () => {
    const { value: prepared, diagnostics } = await prepare(options);
    if (!prepared) return { diagnostics };
    try {
      return await runSteps(prepared, options);
    } finally {
      await prepared.session.close();
    }
  });

interface Prepared {
  readonly run: Run;
  /** What is there of it already; null where it begins. */
  readonly past: Unfinished | null;
  readonly session: Session;
  readonly batches: BatchMaker;
}

/** Everything that can be wrong is found here, before a file is written. */
async function prepare(options: TrainOptions): Promise<Result<Prepared>> {
  const loaded = await loadDataset({ ...options, split: "train" });
  const dataset = loaded.value;
  if (!dataset) return { diagnostics: loaded.diagnostics };
  const set = [...options.set, ...shorthands(options)];
  const resolved = await resolveFile(options.config, {
    ...options.variant,
    set,
    classes: dataset.categories.length,
    categoryIds: dataset.categories.map(({ id }) => id),
    categoryNames: dataset.categories.map(({ name }) => name),
  });
  const model = resolved.value;
  if (!model) return { diagnostics: [...loaded.diagnostics, ...resolved.diagnostics] };
  logWarnings([...loaded.diagnostics, ...resolved.diagnostics], options.log);
  const outlines = hasMasks(model) ? loaded.outlines() : [];
  if (outlines.length > 0) return { diagnostics: outlines };
  const unreadable = await checkPictures(dataset, model.train, options.seed, options.log);
  if (unreadable.length > 0) return { diagnostics: unreadable };
  const names = dataset.images.map(({ fileName }) => fileName);
  const { value: proposals, diagnostics } = await proposalsFor(model, options.proposals, names);
  if (proposals === undefined) return { diagnostics };
  const { bucket, capacity } = trainingBucket(model, dataset);
  const run = runOf(model, dataset, options.seed);
  const begun: Result<Unfinished | null> = options.resume
    ? await unfinishedRun(options.out, run)
    : { value: null, diagnostics: [] };
  if (begun.value === undefined) return { diagnostics: begun.diagnostics };
  const past = begun.value;
  const program = buildProgram(model, { train: { train_step: bucket } });
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, options, options.log);
  const state: Result<HostTensors> = past
    ? { value: past.state, diagnostics: [] }
    : await startingState(model, session.signatures.state, options);
  if (!state.value) {
    await session.close();
    return { diagnostics: state.diagnostics };
  }
  await session.write(state.value);
  const signature = session.signatures.functions.train_step!;
  const plan = { model, dataset, bucket, capacity, signature, seed: options.seed, proposals };
  const batches = createBatchMaker(plan);
  return { value: { run, past, session, batches }, diagnostics: [] };
}

const runOf = (model: Model, dataset: Dataset, seed: number): Run => ({
  version: 1,
  vocabulary: vocabularyOf(model),
  model,
  categories: dataset.categories,
  seed,
  data: dataset.name,
  dataHash: dataHash(dataset),
});

/** The masks of a data set are asked for once it is known that the model learns them. */
const hasMasks = (model: Model): boolean => model.regions.heads.some(({ kind }) => kind === "segment");

/** What flags in place of values of the config set. */
export const shorthands = ({
  steps,
  batch,
  rate,
}: Pick<TrainOptions, "steps" | "batch" | "rate">): string[] => [
  ...(batch === undefined ? [] : [flagOverride("--batch", `train.batch=${batch}images`)]),
  ...(steps === undefined ? [] : [flagOverride("--steps", `train.steps=${steps}iterations`)]),
  ...(rate === undefined ? [] : [flagOverride("--lr", `train.rate=${rate}`)]),
];

/** One bucket holds every image of the data set, and enough room for its truths. */
export function trainingBucket(model: Model, dataset: Dataset) {
  const rule = largestRule(model.input);
  const sizes = dataset.images.map((image) => paddedTrainingSize(image, rule));
  const capacity = truthCapacity(dataset, rule, model.train.batch);
  const bucket: Bucket = { batch: model.train.batch, ...coverOf(sizes), ...capacity };
  return { bucket, capacity };
}

async function runSteps(prepared: Prepared, options: TrainOptions): Promise<Result<TrainSummary>> {
  const { run, past, session } = prepared;
  const { out, log } = options;
  if (past) await goBack(out, past);
  else await startRun(out, run, log);
  const taken = past?.facts.step ?? 0;
  if (past) log?.(`The run in ${out} goes on from step ${taken} of ${run.model.train.steps}.`);
  const keep = await keeperOf(prepared, options);
  const seconds: number[] = [];
  const began = performance.now();
  let last: StepReport | undefined;
  for await (const { value: report, diagnostics } of steps(prepared, taken)) {
    if (!report) return { diagnostics };
    await appendMetrics(out, metricsRow(report));
    options.onStep?.(report);
    seconds.push(report.seconds);
    last = report;
    if (!Number.isFinite(report.total)) {
      const values = { step: report.step, losses: report.losses, file: join(out, "metrics.jsonl") };
      return { diagnostics: [diagnose(trainCodes, "train/non-finite-loss", values)] };
    }
    await keep(report);
  }
  const elapsed = (performance.now() - began) / 1000;
  const losses = last ? { ...last.losses, total: last.total } : (past?.facts.losses ?? {});
  return { value: summarize(session.backend, seconds, elapsed, losses), diagnostics: [] };
}

/** Seconds between two checkpoints, unless the steps are given. */
const checkpointSeconds = 600;

/** Writes a checkpoint behind the last step, and on the way where one is due; the run keeps the latest. */
async function keeperOf({ run, session }: Prepared, { out, checkpointEvery }: TrainOptions) {
  const { model, categories, seed } = run;
  // Of a run that goes on, the file is that of its beginning.
  const configHash = await runHash(out);
  let written = performance.now();
  const isDue = (step: number): boolean =>
    checkpointEvery === undefined
      ? performance.now() - written > 1000 * checkpointSeconds
      : step % checkpointEvery === 0;
  return async ({ step, steps, losses, total }: StepReport): Promise<void> => {
    if (step < steps && !isDue(step)) return;
    const facts = { step, seed, configHash, losses: { ...losses, total } };
    await saveCheckpoint(
      out,
      { ...facts, trainedWith: trainedWith(model, categories) },
      await session.read(),
    );
    await removeEarlier(out, step);
    written = performance.now();
  };
}

const metricsRow = ({ step, losses, total, rate, seconds }: StepReport) => ({
  step,
  losses,
  total,
  rate,
  seconds,
});

/** The next batch is made while the step runs: on the native back end the two overlap. */
async function* steps(
  { run: { model }, session, batches }: Prepared,
  first: number,
): AsyncGenerator<Result<StepReport>> {
  if (first >= model.train.steps) return;
  let next = batches(first);
  for (let step = first; step < model.train.steps; step++) {
    const { value: feeds, diagnostics } = await next;
    if (!feeds) {
      yield { diagnostics };
      return;
    }
    const rate = rateAt(model.train, step);
    const learningRate = { dtype: "f32", shape: [], data: Float32Array.of(rate) } as const;
    const began = performance.now();
    const running = session.run("train_step", { ...feeds, learningRate });
    if (step + 1 < model.train.steps) next = batches(step + 1);
    const outputs = await running;
    const losses = Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name !== "loss" && name !== "gradientNorm")
        .map(([name, tensor]) => [name, tensor.data[0]!]),
    );
    const total = outputs.loss!.data[0]!;
    const seconds = (performance.now() - began) / 1000;
    const images = model.train.batch;
    yield {
      value: { step: step + 1, steps: model.train.steps, images, losses, total, rate, seconds },
      diagnostics: [],
    };
  }
}

function summarize(
  backend: string,
  all: readonly number[],
  elapsed: number,
  losses: Readonly<Record<string, number>>,
): TrainSummary {
  const counted = (all.length > 10 ? all.slice(5) : [...all]).sort((a, b) => a - b);
  const mean = counted.reduce((sum, value) => sum + value, 0) / Math.max(1, counted.length);
  const middle = counted.length / 2;
  const median = ((counted[Math.floor(middle)] ?? 0) + (counted[Math.ceil(middle) - 1] ?? 0)) / 2;
  return {
    steps: all.length,
    seconds: elapsed,
    stepSeconds: { mean, median },
    // Node counts in kilobytes.
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    losses,
    backend,
  };
}

/** Training: a config and a data set become a run. */
import { join } from "node:path";
import { buildProgram } from "../compile.ts";
import type { Bucket } from "../components/context.ts";
import { vocabularyHash } from "../components/vocabulary.ts";
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
import type { Session } from "../runtime/session.ts";
import { flagOverride } from "../support/overrides.ts";
import { trainedWith } from "../weights/trained-with.ts";
import type { StepReport, TrainOptions, TrainSummary } from "./api.ts";
import { coverOf } from "./buckets.ts";
import { checkPictures } from "./check-pictures.ts";
import { hashOf, saveCheckpoint } from "./checkpoint.ts";
import { guarded } from "./guard.ts";
import { logWarnings } from "./log-warnings.ts";
import { appendMetrics } from "./metrics.ts";
import { openProgram } from "./open-program.ts";
import { proposalsFor } from "./proposals.ts";
import { runText } from "./run-file.ts";
import { rateAt } from "./schedule.ts";
import { startRun } from "./start-run.ts";
import { startingState } from "./starting-state.ts";
import { type BatchMaker, createBatchMaker } from "./training-batches.ts";

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
  readonly model: Model;
  readonly dataset: Dataset;
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
  const outlined = await loadDataset({ ...options, split: "train", masks: hasMasks(model) });
  if (!outlined.value) return { diagnostics: outlined.diagnostics };
  const unreadable = await checkPictures(dataset, model.train, options.seed, options.log);
  if (unreadable.length > 0) return { diagnostics: unreadable };
  const names = dataset.images.map(({ fileName }) => fileName);
  const { value: proposals, diagnostics } = await proposalsFor(model, options.proposals, names);
  if (proposals === undefined) return { diagnostics };
  const { bucket, capacity } = trainingBucket(model, dataset);
  const program = buildProgram(model, { train: { train_step: bucket } });
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, options, options.log);
  const state = await startingState(model, session.signatures.state, options);
  if (!state.value) {
    await session.close();
    return { diagnostics: state.diagnostics };
  }
  await session.write(state.value);
  const signature = session.signatures.functions.train_step!;
  const plan = { model, dataset, bucket, capacity, signature, seed: options.seed, proposals };
  const batches = createBatchMaker(plan);
  return { value: { model, dataset, session, batches }, diagnostics: [] };
}

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
  const { model, dataset, session } = prepared;
  const run = {
    version: 1,
    vocabulary: vocabularyHash(),
    model,
    categories: dataset.categories,
    seed: options.seed,
    data: dataset.name,
  } as const;
  const configHash = hashOf(runText(run));
  await startRun(options.out, run, options.log);
  const seconds: number[] = [];
  const began = performance.now();
  let last: StepReport | undefined;
  for await (const { value: report, diagnostics } of steps(prepared)) {
    if (!report) return { diagnostics };
    await appendMetrics(options.out, metricsRow(report));
    options.onStep?.(report);
    seconds.push(report.seconds);
    last = report;
    if (!Number.isFinite(report.total)) {
      const values = { step: report.step, losses: report.losses, file: join(options.out, "metrics.jsonl") };
      return { diagnostics: [diagnose(trainCodes, "train/non-finite-loss", values)] };
    }
  }
  const facts = {
    ...{ step: model.train.steps, seed: options.seed, configHash, losses: last?.losses ?? {} },
    trainedWith: trainedWith(model, dataset.categories),
  };
  await saveCheckpoint(options.out, facts, await session.read());
  const elapsed = (performance.now() - began) / 1000;
  return { value: summarize(session.backend, seconds, elapsed, last), diagnostics: [] };
}

const metricsRow = ({ step, losses, total, rate, seconds }: StepReport) => ({
  step,
  losses,
  total,
  rate,
  seconds,
});

/** The next batch is made while the step runs: on the native back end the two overlap. */
async function* steps({ model, session, batches }: Prepared): AsyncGenerator<Result<StepReport>> {
  let next = batches(0);
  for (let step = 0; step < model.train.steps; step++) {
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
  last: StepReport | undefined,
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
    losses: { ...last?.losses, total: last?.total ?? 0 },
    backend,
  };
}

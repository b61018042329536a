/** A config opened on a back end with random weights and made-up feeds, to be run again and again. */
import { buildProgram } from "../compile.ts";
import { defaultFunctions } from "../components/buckets.ts";
import type { Bucket } from "../components/context.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Graph } from "../ir/types.ts";
import { resolveFile } from "../language.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors, Session } from "../runtime/session.ts";
import type { BackendChoice, Log, PredictionChoice } from "../train/api.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { initialState } from "../train/initial-state.ts";
import { openProgram } from "../train/open-program.ts";
import { readTrainedRun } from "../train/run-file.ts";
import { syntheticFeeds } from "./synthetic-feeds.ts";

export interface WorkloadOptions extends BackendChoice, Pick<PredictionChoice, "precision"> {
  /** A config, or the folder of a run, whose weights are then taken. */
  readonly source: { readonly kind: "config" | "run"; readonly path: string };
  readonly set: readonly string[];
  readonly function: "predict" | "train_step";
  /** Padded, in pixels; the largest landscape image of the config unless given. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Images a call; 1 unless given. */
  readonly batch?: number;
  readonly log?: Log;
}

export interface Workload {
  readonly model: Model;
  readonly function: "predict" | "train_step";
  readonly graph: Graph;
  readonly bucket: Bucket;
  readonly session: Session;
  readonly feeds: HostTensors;
  readonly isTrained: boolean;
  /** Of the data that a run was trained on; as many as the model has classes where it is not. */
  readonly categories: Dataset["categories"];
}

/** Throws a `RuntimeFault` where the back end is missing. The caller closes the session. */
export async function openWorkload(options: WorkloadOptions): Promise<Result<Workload>> {
  const { value: source, diagnostics } = await sourceOf(options);
  if (!source) return { diagnostics };
  const { model, state, categories } = source;
  const name = options.function;
  const bucket = bucketOf(model, options);
  const program = buildProgram(
    model,
    name === "predict" ? { predict: { predict: bucket } } : { train: { train_step: bucket } },
    { precision: options.precision },
  );
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, options, options.log);
  const specs = session.signatures.state;
  // A prediction's checkpoint has no slots to read, a step's has all.
  const given = { ...initialState(specs, 0), ...state };
  await session.write(Object.fromEntries(specs.map((spec) => [spec.name, given[spec.name]!])));
  const feeds = syntheticFeeds(session.signatures.functions[name]!);
  const graph = program.value.functions[name]!;
  const isTrained = state !== undefined;
  return {
    value: { model, function: name, graph, bucket, session, feeds, isTrained, categories },
    diagnostics,
  };
}

interface Source {
  readonly model: Model;
  readonly state: HostTensors | undefined;
  readonly categories: Workload["categories"];
}

async function sourceOf({ source, set }: WorkloadOptions): Promise<Result<Source>> {
  if (source.kind === "config") {
    const { value: model, diagnostics } = await resolveFile(source.path, { set });
    if (!model) return { diagnostics };
    const categories = Array.from({ length: model.classes }, (_, index) => ({ id: index + 1, name: "" }));
    return { value: { model: withDetections(model), state: undefined, categories }, diagnostics };
  }
  const run = await readTrainedRun(source.path);
  if (!run.value) return { diagnostics: run.diagnostics };
  const checkpoint = await loadCheckpoint(source.path);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const { model, categories } = run.value;
  return { value: { model, state: checkpoint.value.state, categories }, diagnostics: [] };
}

/** Random weights find nothing above a threshold; without one there are as many detections as the config keeps. */
const withDetections = (model: Model): Model => ({ ...model, detect: { ...model.detect, score: 0 } });

function bucketOf(model: Model, { function: name, size, batch }: WorkloadOptions): Bucket {
  const images = batch ?? 1;
  const { predict, train } = defaultFunctions(model, images);
  const bucket = Object.values(name === "predict" ? predict : train)[0]!;
  if (!size) return bucket;
  const up = (side: number) => Math.ceil(side / model.input.multiple) * model.input.multiple;
  const [height, width] = [up(size.height), up(size.width)];
  return { ...bucket, height, width, pixels: bucket.pixels && images * height * width };
}

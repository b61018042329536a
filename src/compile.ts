/**
 * The whole compiler on one screen. A text becomes a resolved model (src/language.ts: syntax, load, merge, check,
 * model), the model typed graphs with gradients, optimised graphs, and an artifact that a target wrote. Each stage
 * is a folder, and gives a value beside all that it found wrong.
 */
import { differentiate } from "./autodiff/differentiate.ts";
import { sgd } from "./autodiff/optimizers/sgd.ts";
import { defaultFunctions, type Functions } from "./components/buckets.ts";
import { lowerPrediction, lowerTraining } from "./components/lower.ts";
import { sgdOptions } from "./components/optimizer.ts";
import { tooLarge } from "./components/too-large.ts";
import { type Diagnostic, hasErrors, type Result } from "./diagnostics/diagnostic.ts";
import type { Graph } from "./ir/types.ts";
import { type ModelOptions, resolveFile } from "./language.ts";
import type { Model } from "./model/model.ts";
import {
  type ComputePrecision,
  forwardPasses,
  inferencePassesIn,
  type Observer,
  optimize,
  trainingPasses,
} from "./passes/pipeline.ts";
import { type Selections, withSelections } from "./passes/selections.ts";
import type { Artifact, Program } from "./targets/artifact.ts";
import { type EmitOptions, type TargetName, targets } from "./targets/index.ts";
import { unfitPrecision } from "./targets/unfit-precision.ts";

export interface BuildOptions {
  /** Called with the graph after each pass. */
  readonly observe?: Observer;
  readonly selections?: Selections;
  /** Of predictions; training is float32. */
  readonly precision?: ComputePrecision | undefined;
}

/** The graphs: components lowered, differentiated, optimised. */
export function buildProgram(
  model: Model,
  functions: Functions,
  options: BuildOptions = {},
): Result<Program> {
  const { observe, precision = "float32" } = options;
  const graphs: Record<string, Graph> = {};
  const found: Diagnostic[] = [...tooLarge(model, functions)];
  if (hasErrors(found)) return { diagnostics: found };
  for (const [name, bucket] of Object.entries(functions.train ?? {})) {
    const lowered = withSelections(lowerTraining(model, bucket), options.selections); // components
    const forward = optimize(lowered, forwardPasses, observe); //             passes
    const { value, diagnostics } = differentiate(forward, { loss: "loss" }); // autodiff
    found.push(...diagnostics);
    if (!value) continue;
    const step = sgd(value.graph, value.gradients, sgdOptions(model.train));
    graphs[name] = optimize(step, trainingPasses, observe); //                passes
  }
  for (const [name, bucket] of Object.entries(functions.predict ?? {})) {
    graphs[name] = optimize(lowerPrediction(model, bucket), inferencePassesIn(precision), observe);
  }
  const program = { name: model.name, functions: graphs };
  return hasErrors(found) ? { diagnostics: found } : { value: program, diagnostics: found };
}

/** The artifact, which `src/runtime` opens as a session. */
export const emit = (program: Program, target: TargetName, options: EmitOptions = {}): Artifact =>
  targets[target](program, options); //                                       targets

export interface CompileOptions extends ModelOptions {
  readonly target: TargetName;
  /** Images a call; those of the config's training step unless given. */
  readonly batch?: number;
  /** Of predictions; float32 unless given. */
  readonly precision?: ComputePrecision;
}

/** All of it: a config file becomes an artifact for its default image sizes. */
export async function compileFile(path: string, options: CompileOptions): Promise<Result<Artifact>> {
  const { value: model, diagnostics } = await resolveFile(path, options);
  if (!model) return { diagnostics };
  const unfit = unfitPrecision(options.target, options.precision);
  if (unfit) return { diagnostics: [unfit] };
  const functions = defaultFunctions(model, options.batch ?? model.train.batch);
  const program = buildProgram(model, functions, { precision: options.precision });
  if (!program.value) return { diagnostics: program.diagnostics };
  return { value: emit(program.value, options.target), diagnostics };
}

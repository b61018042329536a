/**
 * The whole compiler on one screen. A text becomes a document, a bundle with the files it uses, a merged and
 * checked spec, a resolved model, typed graphs with gradients, optimised graphs, and an artifact that a target
 * wrote. Each stage is a folder, and gives a value beside all that it found wrong.
 */
import { differentiate } from "./autodiff/differentiate.ts";
import { sgd } from "./autodiff/optimizers/sgd.ts";
import { check } from "./check/check.ts";
import { unusedDeclarations } from "./check/rules/unused-declarations.ts";
import { createValidator } from "./check/validate.ts";
import { defaultFunctions } from "./components/buckets.ts";
import type { Bucket } from "./components/context.ts";
import { catalog } from "./components/index.ts";
import { lowerPrediction, lowerTraining } from "./components/lower.ts";
import { sgdOptions } from "./components/optimizer.ts";
import { compileCodes } from "./diagnostics/codes/compile.ts";
import { diagnose } from "./diagnostics/codes.ts";
import type { Diagnostic, Result } from "./diagnostics/diagnostic.ts";
import { hasErrors } from "./diagnostics/diagnostic.ts";
import type { Graph } from "./ir/types.ts";
import { fileHost } from "./load/file-host.ts";
import { libraryRoots } from "./load/library-roots.ts";
import { type Bundle, type Host, load } from "./load/load.ts";
import { type MergeOptions, merge } from "./merge/merge.ts";
import type { Model } from "./model/model.ts";
import { resolve } from "./model/resolve.ts";
import { inferencePasses, type Observer, optimize, trainingPasses } from "./passes/pipeline.ts";
import { dropSelections, holdSelections } from "./passes/selections.ts";
import type { Artifact, Program } from "./targets/artifact.ts";
import { type TargetName, targets } from "./targets/index.ts";

export interface ModelOptions extends Pick<MergeOptions, "model" | "changes"> {
  /** `path=value`, in order. */
  readonly set?: readonly string[];
  /** How many classes the data set has; the config's own count must agree. */
  readonly classes?: number;
  /** The names of its categories. */
  readonly categoryNames?: readonly string[];
  /** The ids of its categories, which are the classes where `classIds` is `raw`. */
  readonly categoryIds?: readonly number[];
}

/** The language: a config file becomes a model, or all that is wrong with it. */
export async function resolveFile(
  path: string,
  options: ModelOptions,
  host: Host = fileHost,
): Promise<Result<Model>> {
  const { value: bundle, diagnostics } = await loadFile(path, host); // syntax, load
  if (!bundle || hasErrors(diagnostics)) return { diagnostics };
  const { value, diagnostics: found } = resolveBundle(bundle, options);
  return { ...(value && { value }), diagnostics: [...diagnostics, ...found] };
}

export const loadFile = (path: string, host: Host = fileHost): Promise<Result<Bundle>> =>
  load(path, host, { libraryRoots: libraryRoots() });

/** One of the models of files that are loaded. */
export function resolveBundle(bundle: Bundle, options: ModelOptions): Result<Model> {
  const found: Diagnostic[] = [];
  const keep = <T>(result: Result<T>): T | undefined => {
    found.push(...result.diagnostics);
    return hasErrors(found) ? undefined : result.value;
  };
  const merged = keep(merge(bundle, { ...options, sets: options.set ?? [] })); // merge
  // Compiling the schema takes most of the time of a check, so both stages share it.
  const validate = createValidator(catalog);
  const spec = merged && keep(check(merged, catalog, { validate })); //            check
  const { classes, categoryIds, categoryNames } = options;
  const known = { classes, categoryIds, categoryNames, validate };
  const model = spec && keep(resolve(spec, catalog, known)); //                    model
  if (model)
    found.push(...unusedDeclarations(bundle), ...tooLarge(model, defaultFunctions(model, model.train.batch)));
  return model && !hasErrors(found) ? { value: model, diagnostics: found } : { diagnostics: found };
}

/** Numbers in one tensor. */
const mostElements = 2 ** 31 - 1;

/** At most one: a batch of images that no back end could hold, which would be found out only after long. */
export function tooLarge({ places }: Model, { train = {}, predict = {} }: Functions): readonly Diagnostic[] {
  const buckets = [...Object.values(train), ...Object.values(predict)];
  const wrong = buckets.find(({ batch, height, width }) => batch * height * width * 3 > mostElements);
  if (!wrong) return [];
  const span = places["train.batch"] ?? places.train ?? places.input;
  return [diagnose(compileCodes, "compile/too-large", wrong, span ? { span } : {})];
}

/** The functions of a program, with the bucket that each is compiled for. */
export interface Functions {
  readonly train?: Readonly<Record<string, Bucket>>;
  readonly predict?: Readonly<Record<string, Bucket>>;
}

export interface BuildOptions {
  /** Called with the graph after each pass. */
  readonly observe?: Observer;
  /** What top-k, NMS and sampling chose: computed and forgotten (unless given), outputs too, or inputs. */
  readonly selections?: "exposed" | "held";
}

/** The graphs: components lowered, differentiated, optimised. */
export function buildProgram(
  model: Model,
  functions: Functions,
  options: BuildOptions = {},
): Result<Program> {
  const { observe } = options;
  const graphs: Record<string, Graph> = {};
  const found: Diagnostic[] = [...tooLarge(model, functions)];
  if (hasErrors(found)) return { diagnostics: found };
  for (const [name, bucket] of Object.entries(functions.train ?? {})) {
    const forward = withSelections(lowerTraining(model, bucket), options); //  components
    const { value, diagnostics } = differentiate(forward, { loss: "loss" }); // autodiff
    found.push(...diagnostics);
    if (!value) continue;
    const step = sgd(value.graph, value.gradients, sgdOptions(model.train));
    graphs[name] = optimize(step, trainingPasses, observe); //                passes
  }
  for (const [name, bucket] of Object.entries(functions.predict ?? {})) {
    graphs[name] = optimize(lowerPrediction(model, bucket), inferencePasses, observe);
  }
  const program = { name: model.name, functions: graphs };
  return hasErrors(found) ? { diagnostics: found } : { value: program, diagnostics: found };
}

function withSelections(graph: Graph, { selections }: BuildOptions): Graph {
  if (selections === "exposed") return graph;
  return selections === "held" ? holdSelections(graph) : dropSelections(graph);
}

/** The artifact, which `src/runtime` opens as a session. */
export const emit = (program: Program, target: TargetName): Artifact => targets[target](program); // targets

export interface CompileOptions extends ModelOptions {
  readonly target: TargetName;
  /** Images a call; those of the config's training step unless given. */
  readonly batch?: number;
}

/** All of it: a config file becomes an artifact for its default image sizes. */
export async function compileFile(path: string, options: CompileOptions): Promise<Result<Artifact>> {
  const { value: model, diagnostics } = await resolveFile(path, options);
  if (!model) return { diagnostics };
  const program = buildProgram(model, defaultFunctions(model, options.batch ?? model.train.batch));
  if (!program.value) return { diagnostics: program.diagnostics };
  return { value: emit(program.value, options.target), diagnostics };
}

/** A compiled model looked at: parameters, cost and shapes of every layer, and its IR after any pass. */
import { buildProgram } from "./compile.ts";
import { defaultFunctions } from "./components/buckets.ts";
import { lowerPrediction } from "./components/lower.ts";
import { type CostOptions, costOf } from "./cost/cost.ts";
import { layerRows } from "./cost/layer-rows.ts";
import { compileCodes } from "./diagnostics/codes/compile.ts";
import { diagnose } from "./diagnostics/codes.ts";
import type { Result } from "./diagnostics/diagnostic.ts";
import { printGraph } from "./ir/text.ts";
import { type ModelOptions, resolveFile } from "./language.ts";
import type { Model } from "./model/model.ts";
import { forwardPasses, inferencePasses, trainingPasses } from "./passes/pipeline.ts";
import type { Inspection, LayerRow } from "./report/inspection.ts";

export interface InspectOptions extends ModelOptions {
  readonly ir?: boolean;
  /** What the cost is stated for; no cost without it. */
  readonly cost?: CostOptions;
  readonly function?: "predict" | "train_step";
  /** Name of a pass. */
  readonly after?: string;
}

export async function inspectFile(path: string, options: InspectOptions): Promise<Result<Inspection>> {
  const { value: model, diagnostics } = await resolveFile(path, options);
  if (!model) return { diagnostics };
  const ir = options.ir ? irOf(model, options) : undefined;
  if (ir && ir.value === undefined) return { diagnostics: ir.diagnostics };
  const cost = options.cost ? costOf(model, options.cost) : undefined;
  if (cost && cost.value === undefined) return { diagnostics: cost.diagnostics };
  const value = {
    ...inspectModel(model),
    ...(ir?.value !== undefined && { ir: ir.value }),
    ...(cost?.value && { cost: cost.value }),
  };
  return { value, diagnostics };
}

/** At the default image size, one image, with as many regions as the config keeps. */
export function inspectModel(model: Model): Inspection {
  const [bucket] = Object.values(defaultFunctions(model, 1).predict ?? {});
  const graph = lowerPrediction(model, bucket!);
  const layers = layerRows(model, graph, () => true);
  const sum = (of: (row: LayerRow) => number) => layers.reduce((total, row) => total + of(row), 0);
  const [parameters, frozen] = [sum((row) => row.parameters), sum((row) => row.frozen)];
  return { name: model.name, parameters, frozen, macs: sum((row) => row.macs), layers, model };
}

function irOf(model: Model, { function: name = "predict", after }: InspectOptions): Result<string> {
  const passes = name === "predict" ? inferencePasses : [...forwardPasses, ...trainingPasses];
  if (after !== undefined && !passes.some((pass) => pass.name === after)) {
    const values = { name: after, known: passes.map((pass) => pass.name) };
    return { diagnostics: [diagnose(compileCodes, "compile/unknown-pass", values)] };
  }
  const functions = defaultFunctions(model, name === "predict" ? 1 : model.train.batch);
  const wanted = name === "predict" ? { predict: functions.predict! } : { train: functions.train! };
  let seen: string | undefined;
  const program = buildProgram(model, wanted, {
    observe: (pass, graph) => {
      if (pass.name === after && seen === undefined) seen = printGraph(graph);
    },
  });
  if (!program.value) return { diagnostics: program.diagnostics };
  const [graph] = Object.values(program.value.functions);
  return { value: seen ?? printGraph(graph!), diagnostics: [] };
}

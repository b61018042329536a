/** A compiled model looked at: parameters, cost and shapes of every layer, and its IR after any pass. */
import { buildProgram } from "./compile.ts";
import { defaultFunctions } from "./components/buckets.ts";
import { lowerPrediction } from "./components/lower.ts";
import { compileCodes } from "./diagnostics/codes/compile.ts";
import { diagnose } from "./diagnostics/codes.ts";
import type { Result } from "./diagnostics/diagnostic.ts";
import { printGraph } from "./ir/text.ts";
import type { Graph, Node } from "./ir/types.ts";
import { type ModelOptions, resolveFile } from "./language.ts";
import type { Model } from "./model/model.ts";
import { opNamed } from "./ops/index.ts";
import { inferencePasses, trainingPasses } from "./passes/pipeline.ts";
import type { Inspection, LayerRow } from "./report/inspection.ts";

export interface InspectOptions extends ModelOptions {
  readonly ir?: boolean;
  readonly function?: "predict" | "train_step";
  /** Name of a pass. */
  readonly after?: string;
}

export async function inspectFile(path: string, options: InspectOptions): Promise<Result<Inspection>> {
  const { value: model, diagnostics } = await resolveFile(path, options);
  if (!model) return { diagnostics };
  const ir = options.ir ? irOf(model, options) : undefined;
  if (ir && ir.value === undefined) return { diagnostics: ir.diagnostics };
  return { value: { ...inspectModel(model), ...(ir?.value !== undefined && { ir: ir.value }) }, diagnostics };
}

/** At the default image size, one image, with as many regions as the config keeps. */
export function inspectModel(model: Model): Inspection {
  const [bucket] = Object.values(defaultFunctions(model, 1).predict ?? {});
  const graph = lowerPrediction(model, bucket!);
  const layers = layerRows(model, graph);
  const sum = (of: (row: LayerRow) => number) => layers.reduce((total, row) => total + of(row), 0);
  const [parameters, frozen] = [sum((row) => row.parameters), sum((row) => row.frozen)];
  return { name: model.name, parameters, frozen, macs: sum((row) => row.macs), layers, model };
}

/** Ops whose cost is products; the cost of the others is not counted, as in the published figures. */
const products = new Set(["conv2d", "groupedConv2d", "conv2dInputGrad", "matmul"]);

/** One row a layer, in the order of the graph; a layer that several levels share is one row. */
function layerRows(model: Model, graph: Graph): LayerRow[] {
  const kinds = new Map(usesOf(model).map((use) => [use.path, use.layer]));
  const rows = new Map<string, { shape: readonly number[]; macs: number }>();
  for (const node of graph.nodes) {
    const path = pathOf(node);
    const macs = products.has(node.op) ? costOf(node) : 0;
    if (path === undefined || !(kinds.has(path) || macs > 0)) continue;
    const known = rows.get(path);
    rows.set(path, { shape: known?.shape ?? lastShape(graph, path), macs: (known?.macs ?? 0) + macs });
  }
  // The constants of `frozenBatchNorm` are no parameters anywhere; what `freeze` keeps is.
  const constant = (path: string) => kinds.get(path) === "frozenBatchNorm";
  const kept = new Set(model.train.frozen.filter((path) => !constant(path)));
  return [...rows].map(([path, { shape, macs }]) => ({
    path,
    layer: kinds.get(path) ?? "head",
    shape,
    parameters: parametersOf(graph, path, "weight"),
    frozen: kept.has(path) || kept.has(`${path}.logits`) ? parametersOf(graph, path, "frozen") : 0,
    macs,
  }));
}

const usesOf = ({ backbone, rpn, regions }: Model) => [
  ...backbone.layers,
  ...(rpn?.head.layers ?? []),
  ...regions.trunk.layers,
  ...regions.heads.flatMap((head) => head.layers.layers),
];

const pathOf = ({ origin }: Node): string | undefined => (origin.kind === "source" ? origin.path : origin.by);

function costOf(node: Node): number {
  const types = (values: Node["inputs"]) => values.map(({ type }) => type);
  return opNamed(node.op).cost(types(node.inputs), types(node.outputs), node.attributes);
}

/** Of the last node in the first run of nodes that belong to the layer and keep its rows. */
function lastShape(graph: Graph, path: string): readonly number[] {
  const first = graph.nodes.findIndex((node) => pathOf(node) === path && products.has(node.op));
  const begin = first < 0 ? graph.nodes.findIndex((node) => pathOf(node) === path) : first;
  const after = graph.nodes.findIndex((node, index) => index > begin && pathOf(node) !== path);
  const own = graph.nodes.slice(begin, after < 0 ? undefined : after);
  const rows = own[0]!.outputs[0]!.type.shape[0];
  return own.findLast(({ outputs }) => outputs[0]!.type.shape[0] === rows)!.outputs[0]!.type.shape;
}

/** Running means and variances, which are never trained, are none. */
function parametersOf(graph: Graph, path: string, wanted: "weight" | "frozen"): number {
  // The mask head's last layer keeps its parameters one step below itself.
  const owner = (name: string) => name.replace(/\.[^.]*$/, "");
  return graph.parameters
    .filter(
      ({ name, role }) =>
        role === wanted &&
        !/\.(mean|variance)$/.test(name) &&
        (owner(name) === path || owner(owner(name)) === path),
    )
    .reduce((sum, { value }) => sum + value.type.shape.reduce((product, size) => product * size, 1), 0);
}

function irOf(model: Model, { function: name = "predict", after }: InspectOptions): Result<string> {
  const passes = name === "predict" ? inferencePasses : trainingPasses;
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

/** What a model costs, computed from its graphs alone: parameters, multiply-adds, activations and memory. */
import { buildProgram } from "../compile.ts";
import { defaultFunctions } from "../components/buckets.ts";
import type { Bucket } from "../components/context.ts";
import { lowerPrediction } from "../components/lower.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { pathOf } from "../ir/origin.ts";
import type { Graph, Node } from "../ir/types.ts";
import type { Model } from "../model/model.ts";
import type { Cost, FunctionCost, PartCost } from "../report/cost.ts";
import { activationBytes } from "./activations.ts";
import { functionCost } from "./function-cost.ts";
import { layerRows } from "./layer-rows.ts";
import { partsOf } from "./parts.ts";
import { multiplyAdds, publishedFactor } from "./products.ts";
import { countsIn, countsOf, isUnwanted, type RegionCounts, withCounts } from "./regions.ts";

export interface CostOptions {
  /** In pixels, rounded up to the model's `multiple`; the largest landscape image of the config unless given. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Those that the config keeps unless given. */
  readonly proposals?: number;
  readonly maskRegions?: number;
}

/** The cost of one image, and that of a prediction and of a training step of the config's batch as they are compiled. */
export function costOf(model: Model, options: CostOptions = {}): Result<Cost> {
  const counted = withCounts(model, countsWanted(model, options));
  const wanted = functionsAt(counted, options.size);
  const { value: program, diagnostics } = buildProgram(counted, wanted);
  if (!program) return { diagnostics };
  const functions = Object.entries({ ...wanted.predict, ...wanted.train }).map(
    ([name, { batch, height, width }]): [string, FunctionCost] => [
      name,
      functionCost(program.functions[name]!, { batch, height, width }, partsOf(counted)),
    ],
  );
  return {
    value: { ...countsOfParts(model, options), functions: Object.fromEntries(functions) },
    diagnostics,
  };
}

/** What is counted of one image: all but the functions, which take longer to compile. */
export function countsOfParts(model: Model, options: CostOptions = {}): Omit<Cost, "functions"> {
  const wanted = countsWanted(model, options);
  const counted = withCounts(model, wanted);
  const { predict: bucket } = functionsAt(counted, options.size).predict;
  const graph = lowerPrediction(counted, bucket);
  const counts = countsIn(graph, counted);
  const unwanted = isUnwanted(graph, wanted);
  const isCounted = (node: Node) => !unwanted(node);
  const parts = partCosts(counted, graph, isCounted);
  const total = (of: (part: PartCost) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const factor = publishedFactor(model);
  const hasMasks = model.regions.heads.some(({ kind }) => kind === "segment");
  return {
    name: model.name,
    height: bucket.height,
    width: bucket.width,
    proposals: wanted.proposals && counts.proposals,
    ...(hasMasks && { maskRegions: wanted.masks && counts.masks }),
    parts,
    total: {
      parameters: total((part) => part.parameters),
      frozen: total((part) => part.frozen),
      macs: total((part) => part.macs),
      activations: total((part) => part.activations),
    },
    notComputed: graph.nodes
      .filter(isCounted)
      .reduce((sum, node) => sum + multiplyAdds(node) * (factor(node) - 1), 0),
  };
}

function countsWanted(model: Model, { proposals, maskRegions }: CostOptions): RegionCounts {
  const own = countsOf(model);
  return { proposals: proposals ?? own.proposals, masks: maskRegions ?? own.masks };
}

/** One prediction and one training step: of two orientations the landscape one. */
function functionsAt(model: Model, size: CostOptions["size"]) {
  const { train, predict } = defaultFunctions(model, model.train.batch);
  const up = (side: number) => Math.ceil(side / model.input.multiple) * model.input.multiple;
  const at = (bucket: Bucket): Bucket => {
    if (!size) return bucket;
    const [height, width] = [up(size.height), up(size.width)];
    return { ...bucket, height, width, pixels: bucket.pixels && bucket.batch * height * width };
  };
  return {
    train: { train_step: at(Object.values(train)[0]!) },
    predict: { predict: { ...at(Object.values(predict)[0]!), batch: 1 } },
  };
}

/** In the order of the graph; what has neither parameters nor products nor hands on a tensor is left out. */
function partCosts(model: Model, graph: Graph, isCounted: (node: Node) => boolean): readonly PartCost[] {
  const partOf = partsOf(model);
  const costs = new Map<string, PartCost>();
  const add = (path: string, more: Partial<PartCost>): void => {
    const part = partOf(path);
    const { parameters = 0, frozen = 0, macs = 0, activations = 0 } = more;
    const known = costs.get(part) ?? { part, parameters: 0, frozen: 0, macs: 0, activations: 0 };
    costs.set(part, {
      part,
      parameters: known.parameters + parameters + frozen,
      frozen: known.frozen + frozen,
      macs: known.macs + macs,
      activations: known.activations + activations,
    });
  };
  for (const { origin } of graph.nodes) add(pathOf(origin), {});
  for (const row of layerRows(model, graph, isCounted)) {
    const { path, parameters, frozen, macs } = row;
    add(path, { parameters, frozen, macs });
  }
  for (const [path, activations] of activationBytes(graph, isCounted)) add(path, { activations });
  return [...costs.values()].filter((cost) => cost.parameters + cost.macs + cost.activations > 0);
}

/** The layers of a lowered model: what each one's result is, what it holds and what it computes. */
import { pathOf } from "../ir/origin.ts";
import { sizeOf } from "../ir/tensor-type.ts";
import type { Graph, Node } from "../ir/types.ts";
import type { Model } from "../model/model.ts";
import type { LayerRow } from "../report/inspection.ts";
import { layersOf } from "./parts.ts";
import { isProduct, multiplyAdds, publishedFactor } from "./products.ts";

/**
 * One row a layer, in the order of the graph; a layer that several levels share is one row. `isCounted` leaves out
 * nodes whose products are not to be counted.
 */
export function layerRows(model: Model, graph: Graph, isCounted: (node: Node) => boolean): LayerRow[] {
  const kinds = new Map(layersOf(model).map((use) => [use.path, use.layer]));
  const factor = publishedFactor(model);
  const rows = new Map<string, { shape: readonly number[]; macs: number }>();
  for (const node of graph.nodes) {
    const path = pathOf(node.origin);
    if (!(kinds.has(path) || isProduct(node))) continue;
    const macs = isCounted(node) ? multiplyAdds(node) * factor(node) : 0;
    const known = rows.get(path);
    rows.set(path, { shape: known?.shape ?? lastShape(graph, path), macs: (known?.macs ?? 0) + macs });
  }
  // The constants of `frozenBatchNorm` are no parameters anywhere; what `freeze` keeps is.
  const constant = (path: string) => kinds.get(path) === "frozenBatchNorm";
  const kept = new Set(model.train.frozen.filter((path) => !constant(path)));
  const parameters = parameterCounts(graph);
  return [...rows].map(([path, { shape, macs }]) => ({
    path,
    layer: kinds.get(path) ?? "head",
    shape,
    parameters: parameters.weight.get(path) ?? 0,
    frozen: kept.has(path) || kept.has(`${path}.logits`) ? (parameters.frozen.get(path) ?? 0) : 0,
    macs,
  }));
}

/** Of the last node in the first run of nodes that belong to the layer and keep its rows. */
function lastShape(graph: Graph, path: string): readonly number[] {
  const isOwn = (node: Node) => pathOf(node.origin) === path;
  const first = graph.nodes.findIndex((node) => isOwn(node) && isProduct(node));
  const begin = first < 0 ? graph.nodes.findIndex(isOwn) : first;
  const after = graph.nodes.findIndex((node, index) => index > begin && !isOwn(node));
  const own = graph.nodes.slice(begin, after < 0 ? undefined : after);
  const rows = own[0]!.outputs[0]!.type.shape[0];
  return own.findLast(({ outputs }) => outputs[0]!.type.shape[0] === rows)!.outputs[0]!.type.shape;
}

/** Numbers by the layer that owns them. Running means and variances, which are never trained, are none. */
function parameterCounts(graph: Graph) {
  const counts = { weight: new Map<string, number>(), frozen: new Map<string, number>() };
  for (const { name, role, value } of graph.parameters) {
    if ((role !== "weight" && role !== "frozen") || /\.(mean|variance)$/.test(name)) continue;
    const owner = name.replace(/\.[^.]*$/, "");
    counts[role].set(owner, (counts[role].get(owner) ?? 0) + sizeOf(value.type.shape));
  }
  return counts;
}

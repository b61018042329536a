/** Which layer each kernel of a watched run worked for. */
import { phasesOf } from "../cost/parts.ts";
import { isProduct, multiplyAdds } from "../cost/products.ts";
import { isMadeBy, pathOf } from "../ir/origin.ts";
import type { Graph, Node, ValueId } from "../ir/types.ts";
import type { Model } from "../model/model.ts";
import type { WorkEvent } from "../runtime/session.ts";
import type { Artifact } from "../targets/artifact.ts";
import { nodesOfCalls } from "../targets/kernel-plan/caller.ts";
import { indexOfNode, updateNode } from "../targets/saved-model/layout.ts";

/** What a kernel worked for. */
export interface Place {
  /** Tells the nodes of a graph apart; kernels of one node have one key. */
  readonly key: string;
  /** Of the node in its graph; infinite for what stands for none. */
  readonly index: number;
  readonly path: string;
  readonly phase: string;
  readonly direction: "forward" | "backward" | "update";
  readonly shape: readonly number[];
  /** The node, where it is one, and those that were fused into it. */
  readonly products: readonly Product[];
  /** Multiply-adds of these. */
  readonly macs: number;
}

export interface Product {
  readonly op: string;
  readonly macs: number;
}

/** Gives the place of an event of the function `name`, whose graph is `graph`. `events` are all of one run. */
export function placesOf(
  model: Model,
  kind: Artifact["kind"],
  name: string,
  graph: Graph,
  events: readonly WorkEvent[],
): (event: WorkEvent) => Place {
  const nodeOf = nodeFinder(kind, name, graph);
  const updates = new Map(
    graph.parameters.map(({ name: parameter }) => [updateNode(name, parameter), parameter]),
  );
  const phaseOf = phasesOf(model);
  const seen = new Set(events.flatMap((event) => nodeOf(event) ?? []));
  const products = productsOf(graph, seen);
  return (event) => {
    const node = nodeOf(event);
    if (node) return placeOf(node, graph, phaseOf, products.get(node) ?? []);
    const path = updates.get(event.name)?.replace(/\.[^.]*$/, "");
    const phase = path === undefined ? "reads, copies" : phaseOf(path);
    const direction = path === undefined ? "forward" : "update";
    const index = Number.POSITIVE_INFINITY;
    const nothing = { shape: [], products: [], macs: 0 };
    return { key: event.name, index, path: path ?? event.name, phase, direction, ...nothing };
  };
}

/** A layer is known by its product, such as the convolution that bias, norm and activation were fused into. */
function placeOf(
  node: Node,
  graph: Graph,
  phaseOf: (path: string) => string,
  products: readonly Node[],
): Place {
  const { origin } = products[0] ?? node;
  const path = pathOf(origin);
  const direction = isMadeBy(origin, "sgd")
    ? "update"
    : isMadeBy(origin, "differentiate")
      ? "backward"
      : "forward";
  const { shape } = node.outputs[0]!.type;
  const found = products.map((product) => ({ op: product.op, macs: multiplyAdds(product) }));
  const macs = found.reduce((sum, product) => sum + product.macs, 0);
  const index = graph.nodes.indexOf(node);
  return { key: String(index), index, path, phase: phaseOf(path), direction, shape, products: found, macs };
}

function nodeFinder(
  kind: Artifact["kind"],
  name: string,
  graph: Graph,
): (event: WorkEvent) => Node | undefined {
  if (kind === "kernel-plan") {
    const nodes = nodesOfCalls(graph);
    return (event) => nodes[Number(event.name)];
  }
  return (event) => {
    const index = indexOfNode(name, event.name);
    return index === undefined ? undefined : graph.nodes[index];
  };
}

/** By node that an event names: its product, and those that no event names, which were fused into what follows them. */
function productsOf(graph: Graph, seen: ReadonlySet<Node>): ReadonlyMap<Node, readonly Node[]> {
  const readers = new Map<ValueId, Node[]>();
  for (const node of graph.nodes)
    for (const { id } of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);
  const products = new Map<Node, readonly Node[]>();
  for (const node of graph.nodes.filter(isProduct)) {
    const target = firstSeen(node, seen, readers);
    if (target) products.set(target, [...(products.get(target) ?? []), node]);
  }
  return products;
}

/** Fusions take in a bias, a sum and an activation. */
const longestFusion = 5;

function firstSeen(
  node: Node,
  seen: ReadonlySet<Node>,
  readers: ReadonlyMap<ValueId, readonly Node[]>,
): Node | undefined {
  let at: Node | undefined = node;
  for (let step = 0; at && step < longestFusion; step++) {
    if (seen.has(at)) return at;
    const next: readonly Node[] = readers.get(at.outputs[0]!.id) ?? [];
    at = next.length === 1 ? next[0] : undefined;
  }
  return undefined;
}

/** How many regions a cost is stated for: those that every head sees, and those that get a mask. */
import { pathOf } from "../ir/origin.ts";
import type { Graph, Node, ValueId } from "../ir/types.ts";
import type { Model } from "../model/model.ts";

/** Of one image, in prediction. */
export interface RegionCounts {
  /** Proposals: regions that the trunk, the classifier and the box head see. */
  readonly proposals: number;
  /** Detections: regions that the mask head sees. */
  readonly masks: number;
}

/** Those that the config asks for. */
export const countsOf = ({ rpn, proposals, detect }: Model): RegionCounts => ({
  proposals: (rpn ? rpn.propose.after : proposals!.count).test,
  masks: detect.keep,
});

/**
 * The model with other counts. A graph needs a region of each kind: where none is wanted it gets one, and of proposals
 * as many as there are to be detections, which `isUnwanted` knows.
 */
export function withCounts(model: Model, { proposals, masks }: RegionCounts): Model {
  const { rpn, proposals: outside, detect } = model;
  const test = proposals || Math.max(1, masks);
  const after = rpn && { ...rpn.propose.after, test };
  return {
    ...model,
    rpn: rpn && { ...rpn, propose: { ...rpn.propose, after: after! } },
    proposals: outside && { ...outside, count: { ...outside.count, test } },
    detect: { ...detect, keep: Math.max(1, masks) },
  };
}

/** What a graph of one image works on: a small image has fewer anchors than proposals may be asked for. */
export function countsIn(graph: Graph, { regions }: Model): RegionCounts {
  const classifier = regions.heads.find(({ kind }) => kind === "classify")!.path;
  const rowsOf = (node: Node | undefined) => node?.outputs[0]?.type.shape[0] ?? 0;
  const valid = graph.outputs.find(({ name }) => name === "valid")!.value;
  return {
    proposals: rowsOf(graph.nodes.find(({ op, origin }) => op === "matmul" && pathOf(origin) === classifier)),
    masks: valid.type.shape[1]!,
  };
}

/**
 * Tells the nodes that work on a kind of region of which none is wanted. What the boxes of a prediction need works on
 * proposals; what its masks need beside that works on detections, be it the trunk once more.
 */
export function isUnwanted(graph: Graph, wanted: RegionCounts): (node: Node) => boolean {
  const forBoxes = new Set<ValueId>(
    graph.outputs.filter(({ name }) => name !== "masks").map(({ value }) => value.id),
  );
  for (const { inputs, outputs } of graph.nodes.toReversed()) {
    if (outputs.some(({ id }) => forBoxes.has(id))) for (const { id } of inputs) forBoxes.add(id);
  }
  return ({ origin, outputs }) => {
    if (!pathOf(origin).startsWith("regions.")) return false;
    const isForBoxes = outputs.some(({ id }) => forBoxes.has(id));
    return (isForBoxes ? wanted.proposals : wanted.masks) === 0;
  };
}

/** Puts batch norm with fixed statistics, of inference or frozen, into the convolution before it. */
import type { Graph, Node, Value, ValueId } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import type { Pass } from "./pass.ts";
import { madeBy, producers, rebuild, useCounts } from "./rebuild.ts";

/**
 * A convolution, grouped or not, with or without a bias, then batchNormInference becomes one with a scaled filter and
 * one bias. Only where nothing else uses the convolution, which would then be computed twice.
 */
export const foldBatchNorm: Pass = {
  name: "fold-batch-norm",
  summary: "Puts batch norm with fixed statistics into the filter and the bias of the convolution before it.",
  requires: "nothing",
  ensures: "no batchNormInference follows a convolution that nothing else uses",
  run(graph) {
    const foldable = findFoldable(graph);
    if (foldable.size === 0) return graph;
    // The values that stand for old ones, by old id; a folded convolution's own node stays for dead-code elimination.
    const renewed = new Map<ValueId, Value>();
    return rebuild(graph, ({ builder, node, inputs, keep }) => {
      const source = foldable.get(node);
      if (!source) return remember(renewed, node, keep());
      const view = builder.at(madeBy("fold-batch-norm", node.origin));
      const old = (value: Value) => renewed.get(value.id) ?? value;
      const convolution = {
        ...source,
        x: old(source.x),
        filter: old(source.filter),
        bias: source.bias && old(source.bias),
      };
      return remember(renewed, node, [fold(view, convolution, inputs, node.attributes.epsilon as number)]);
    });
  },
};

function remember(renewed: Map<ValueId, Value>, node: Node, outputs: readonly Value[]): readonly Value[] {
  node.outputs.forEach((output, i) => {
    renewed.set(output.id, outputs[i]!);
  });
  return outputs;
}

interface Convolution {
  readonly node: Node;
  readonly x: Value;
  readonly filter: Value;
  readonly bias: Value | undefined;
}

function fold(
  b: Builder,
  { node, x, filter, bias }: Convolution,
  [, scale, offset, mean, variance]: readonly Value[],
  epsilon: number,
): Value {
  const factor = b.mul(scale!, b.rsqrt(b.add(variance!, epsilon)));
  const centre = bias ? b.sub(mean!, bias) : mean!;
  const folded = b.mul(filter, factor);
  // The convolution stays one of its own layer; the arithmetic is of the norm's.
  const [y] = b.at(madeBy("fold-batch-norm", node.origin)).apply(node.op, [x, folded], node.attributes);
  return b.add(y!, b.sub(offset!, b.mul(centre, factor)));
}

function findFoldable(graph: Graph): ReadonlyMap<Node, Convolution> {
  const made = producers(graph);
  const uses = useCounts(graph);
  const single = (value: Value, op: string): Node | undefined => {
    const node = made.get(value.id);
    return node?.op === op && uses.get(value.id) === 1 ? node : undefined;
  };
  const found = new Map<Node, Convolution>();
  for (const node of graph.nodes) {
    if (node.op !== "batchNormInference") continue;
    const convolution = convolutionBehind(node.inputs[0]!, single);
    if (convolution) found.set(node, convolution);
  }
  return found;
}

function convolutionBehind(
  value: Value,
  single: (value: Value, op: string) => Node | undefined,
): Convolution | undefined {
  const sum = single(value, "add");
  const [left, right] = sum?.inputs ?? [value];
  const node = single(left!, "conv2d") ?? single(left!, "groupedConv2d");
  if (!node) return undefined;
  const channels = node.outputs[0]!.type.shape.at(-1);
  if (right && !(right.type.shape.length === 1 && right.type.shape[0] === channels)) return undefined;
  return { node, x: node.inputs[0]!, filter: node.inputs[1]!, bias: right };
}

/** Has convolutions and products that lead to others computed in bfloat16. */
import type { Graph, Node, Value, ValueId } from "../ir/types.ts";
import type { Builder } from "../ops/builder.ts";
import { opNamed } from "../ops/index.ts";
import type { Pass } from "./pass.ts";
import { madeBy, rebuild, type Visit } from "./rebuild.ts";

/** Ops that take most of the time, and whose kernels multiply bfloat16 and add in f32. */
const products = new Set(["conv2d", "conv2dInputGrad", "matmul"]);

/** Ops that give bfloat16 exactly where that is what they are given. */
export const exactInBfloat16: ReadonlySet<string> = new Set([
  "relu",
  "maxPool",
  "upsampleNearest",
  "reshape",
  "transpose",
  "slice",
  "concat",
]);

/** Other ops whose result is a feature where their operands are. */
const features = new Set(
  ["add", "sub", "mul", "div", "maximum", "minimum", "sigmoid", "select", "avgPool", "resize", "mean"].concat(
    ["groupedConv2d", "batchNormInference"],
  ),
);

/** Ops that read features of regions, by levels that stand before boxes, image and level. */
const ofRegions = new Set(["roiAlign", "roiPool", "roiWarp", "roiCrop"]);

/**
 * Multiply-adds from which a product is worth rounding for. One with fewer takes less than half a millisecond, most of it
 * spent on the call: small models would lose digits and save no time.
 */
const worthwhile = 100e6;

/**
 * What the last products of each branch give (class scores, box deltas, masks) stays f32, and so does all that is
 * computed from it: coordinates, scores, suppression. Operands and results of the others are rounded, and the sums
 * between them, so that a target may keep these in half the bits.
 */
export const bfloat16From = (least: number): Pass => ({
  name: "use-bfloat16",
  summary: "Rounds operands and results of large products that lead to other products to bfloat16.",
  requires: "a graph for inference, batch norm folded",
  ensures: "a value between two large products has 8 significant bits, unless an op between them needs more",
  run(graph) {
    const leading = leadingToProducts(graph);
    const fixed = ofParametersOnly(graph);
    const low = new Set<ValueId>();
    const halves = new Map<ValueId, Value>();
    const half = (b: Builder, value: Value): Value => {
      if (low.has(value.id)) return value;
      const rounded = halves.get(value.id) ?? b.roundBfloat16(value);
      halves.set(value.id, rounded);
      low.add(rounded.id);
      return rounded;
    };
    const isLow = (value: Value): boolean => low.has(value.id);
    const inHalf = ({ builder, node, inputs }: Visit): readonly Value[] => {
      const b = builder.at(madeBy("use-bfloat16", node.origin));
      const operands = inputs.map((input) => half(b, input));
      const [result] = builder.at(node.origin).apply(node.op, operands, node.attributes);
      return [half(b, result!)];
    };
    return rebuild(graph, (visit) => {
      const { node, inputs, keep } = visit;
      const leads = leading.has(node.outputs[0]!.id);
      if (node.op === "roundBfloat16" && isLow(inputs[0]!)) return inputs;
      if (leads && products.has(node.op) && multiplyAdds(node) >= least) return inHalf(visit);
      const isSum =
        node.op === "add" &&
        inputs.some(isLow) &&
        inputs.every((input, i) => isLow(input) || fixed.has(node.inputs[i]!.id));
      if (leads && isSum) return inHalf(visit);
      const outputs = keep();
      const stays = node.op === "roundBfloat16" || (exactInBfloat16.has(node.op) && inputs.every(isLow));
      if (stays) for (const output of outputs) low.add(output.id);
      return outputs;
    });
  },
});

export const useBfloat16: Pass = bfloat16From(worthwhile);

const multiplyAdds = ({ op, inputs, outputs, attributes }: Node): number =>
  opNamed(op).cost(
    inputs.map(({ type }) => type),
    outputs.map(({ type }) => type),
    attributes,
  );

/** Values that a product reads, itself or through ops that keep a feature a feature. */
function leadingToProducts(graph: Graph): ReadonlySet<ValueId> {
  const leading = new Set<ValueId>();
  for (const node of graph.nodes.toReversed()) for (const { id } of carried(node, leading)) leading.add(id);
  return leading;
}

function carried(node: Node, leading: ReadonlySet<ValueId>): readonly Value[] {
  if (products.has(node.op)) return node.inputs;
  if (!leading.has(node.outputs[0]!.id)) return [];
  if (ofRegions.has(node.op)) return node.inputs.slice(0, -3);
  const carries = exactInBfloat16.has(node.op) || features.has(node.op) || node.op === "roundBfloat16";
  return carries ? node.inputs : [];
}

/** Parameters, constants, and what is computed from nothing else. */
function ofParametersOnly(graph: Graph): ReadonlySet<ValueId> {
  const fixed = new Set(graph.parameters.map(({ value }) => value.id));
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.every(({ id }) => fixed.has(id))) for (const { id } of outputs) fixed.add(id);
  }
  return fixed;
}

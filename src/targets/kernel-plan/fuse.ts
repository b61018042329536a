/** Which convolutions run as one kernel with the bias and the rectifier behind them. */
import type { Graph, Node, Value, ValueId } from "../../ir/types.ts";
import { producers, useCounts } from "../../passes/rebuild.ts";

export interface FusedConvolution {
  readonly convolution: Node;
  readonly bias: Value;
  readonly activation: "linear" | "relu";
}

export interface Fusion {
  /** By the last node of each: where the one kernel runs. */
  readonly convolutions: ReadonlyMap<Node, FusedConvolution>;
  /** Nodes that do not run by themselves. */
  readonly absorbed: ReadonlySet<Node>;
}

/** `conv2d`, `add` of one number a channel, and `relu` if it follows, where nothing else reads what lies between. */
export function fuseConvolutions(graph: Graph): Fusion {
  const made = producers(graph);
  const uses = useCounts(graph);
  const parameters = new Set(graph.parameters.map(({ value }) => value.id));
  const convolutions = new Map<Node, FusedConvolution>();
  const absorbed = new Set<Node>();
  const readers = soleReaders(graph, uses);
  for (const sum of graph.nodes) {
    if (sum.op !== "add") continue;
    const convolution = made.get(sum.inputs[0]!.id);
    const bias = sum.inputs[1]!;
    if (convolution?.op !== "conv2d" || uses.get(convolution.outputs[0]!.id) !== 1) continue;
    if (!isBias(bias, convolution, parameters, made)) continue;
    const reader = readers.get(sum.outputs[0]!.id);
    const relu = reader?.op === "relu" ? reader : undefined;
    convolutions.set(relu ?? sum, { convolution, bias, activation: relu ? "relu" : "linear" });
    absorbed.add(convolution);
    if (relu) absorbed.add(sum);
  }
  return { convolutions, absorbed };
}

/** The kernel reads the shape with which the bias was made, which a reshape does not change. */
function isBias(
  bias: Value,
  convolution: Node,
  parameters: ReadonlySet<ValueId>,
  made: ReadonlyMap<ValueId, Node>,
): boolean {
  const { shape } = bias.type;
  const fits = shape.length === 1 && shape[0] === convolution.outputs[0]!.type.shape[3];
  const maker = made.get(bias.id)?.op;
  return (
    fits &&
    (parameters.has(bias.id) || (maker !== undefined && ["add", "sub", "mul", "constant"].includes(maker)))
  );
}

/** The node that reads each value which is read once. */
function soleReaders(graph: Graph, uses: ReadonlyMap<ValueId, number>): ReadonlyMap<ValueId, Node> {
  const pairs = graph.nodes.flatMap((node) => node.inputs.map((input) => [input.id, node] as const));
  return new Map(pairs.filter(([id]) => uses.get(id) === 1));
}

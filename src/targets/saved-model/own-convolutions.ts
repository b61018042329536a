/** Which convolutions are left to the kernel that is compiled with the native back end, with the sums behind them. */
import { sameShape } from "../../ir/tensor-type.ts";
import type { Graph, Node, Value, ValueId } from "../../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "../../ops/define.ts";
import { useCounts } from "../../passes/rebuild.ts";

/** A 3x3 convolution of stride 1, or the gradient of its images, alone or with a bias and perhaps a relu. */
export interface OwnConvolution {
  readonly node: Node;
  readonly bias: Value | undefined;
  readonly relu: boolean;
}

export interface OwnConvolutions {
  /** By the node whose result the kernel gives. */
  readonly byLast: ReadonlyMap<Node, OwnConvolution>;
  /** Nodes that are computed with the one behind them. */
  readonly inside: ReadonlySet<Node>;
}

/** `other` are nodes that are written in another way. */
export function findOwnConvolutions(graph: Graph, other: ReadonlySet<Node>): OwnConvolutions {
  const counts = useCounts(graph);
  const readers = new Map<ValueId, Node>();
  for (const node of graph.nodes) for (const { id } of node.inputs) readers.set(id, node);
  const onlyReader = (node: Node, op: string): Node | undefined => {
    const { id } = node.outputs[0]!;
    const reader = counts.get(id) === 1 ? readers.get(id) : undefined;
    return reader?.op === op && reader.inputs[0]!.id === id ? reader : undefined;
  };
  const byLast = new Map<Node, OwnConvolution>();
  const inside = new Set<Node>();
  for (const node of graph.nodes) {
    if (other.has(node) || !fitsKernel(node)) continue;
    const sum = node.op === "conv2d" ? onlyReader(node, "add") : undefined;
    const bias = sum && sameShape(sum.inputs[1]!.type.shape, channelsOf(node)) ? sum.inputs[1] : undefined;
    const relu = bias && onlyReader(sum!, "relu");
    const chain = [node, ...(bias ? [sum!] : []), ...(relu ? [relu] : [])];
    byLast.set(chain.at(-1)!, { node, bias, relu: relu !== undefined });
    for (const each of chain.slice(0, -1)) inside.add(each);
  }
  return { byLast, inside };
}

const channelsOf = (node: Node): readonly number[] => [node.outputs[0]!.type.shape[3]!];

/** What the kernel asks of shapes. */
function fitsKernel({ op, inputs, outputs, attributes }: Node): boolean {
  if (op !== "conv2d" && op !== "conv2dInputGrad") return false;
  const { strides, padding, dilations } = attributes as Readonly<Record<string, readonly unknown[]>>;
  const ones = [strides!, dilations!, ...(padding as readonly (readonly number[])[])];
  const [read, given] = [inputs[0]!.type.shape[3]!, outputs[0]!.type.shape[3]!];
  return (
    sameShape(inputs[1]!.type.shape.slice(0, 2), [3, 3]) &&
    ones.every((pair) => sameShape(pair as readonly number[], [1, 1])) &&
    read % 16 === 0 &&
    given % 64 === 0
  );
}

/** Without a bias, zeros are added. */
export function writeOwnConvolution(
  writer: TensorflowWriter,
  [x, filter, bias]: readonly (TensorflowRef | undefined)[],
  { node, relu }: OwnConvolution,
): TensorflowRef {
  const channels = channelsOf(node);
  const added = bias ?? writer.constant("f32", channels, new Array<number>(channels[0]!).fill(0));
  const turned = node.op === "conv2dInputGrad";
  return writer.node("RcnnConvolution3x3", [x!, filter!, added], {
    relu: { bool: relu },
    turned: { bool: turned },
  })[0]!;
}

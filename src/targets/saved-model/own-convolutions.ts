/** Which convolutions are left to the kernels that are compiled with the native back end, with the sums behind them. */
import { sameShape } from "../../ir/tensor-type.ts";
import type { Graph, Node, Value, ValueId } from "../../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "../../ops/define.ts";
import { useCounts } from "../../passes/rebuild.ts";

/** A convolution, or the gradient of its images, alone or with what is computed from it and nothing else reads. */
export interface OwnConvolution {
  readonly node: Node;
  readonly kernel: Kernel;
  readonly bias: Value | undefined;
  /** A map that is added, such as the shortcut of a residual block. */
  readonly other: Value | undefined;
  readonly relu: boolean;
}

type Kernel = "RcnnConvolution3x3" | "RcnnConvolution1x1";

export interface OwnConvolutions {
  /** By the node whose result the kernel gives. */
  readonly byLast: ReadonlyMap<Node, OwnConvolution>;
  /** Nodes that are computed with the one behind them. */
  readonly inside: ReadonlySet<Node>;
}

/** `elsewhere` are nodes that are written in another way. */
export function findOwnConvolutions(graph: Graph, elsewhere: ReadonlySet<Node>): OwnConvolutions {
  const readerOf = onlyReaders(graph);
  const byLast = new Map<Node, OwnConvolution>();
  const inside = new Set<Node>();
  for (const node of graph.nodes) {
    const kernel = elsewhere.has(node) ? undefined : kernelOf(node);
    if (!kernel) continue;
    const { chain, bias, other, relu } = followed(node, kernel, (each, op) => {
      const reader = readerOf(each, op);
      return reader && !inside.has(reader) && !byLast.has(reader) ? reader : undefined;
    });
    byLast.set(chain.at(-1)!, { node, kernel, bias, other, relu });
    for (const each of chain.slice(0, -1)) inside.add(each);
  }
  return { byLast, inside };
}

type Follow = (node: Node, op: string) => Node | undefined;

/** The node of that op which alone reads a node's result. */
function onlyReaders(graph: Graph): Follow {
  const counts = useCounts(graph);
  const readers = new Map<ValueId, Node>();
  for (const node of graph.nodes) for (const { id } of node.inputs) readers.set(id, node);
  return (node, op) => {
    const { id } = node.outputs[0]!;
    const reader = counts.get(id) === 1 ? readers.get(id) : undefined;
    return reader?.op === op ? reader : undefined;
  };
}

/** A bias, then a map, then a relu, as far as they follow. */
function followed(node: Node, kernel: Kernel, follow: Follow) {
  const chain = [node];
  const last = () => chain.at(-1)!;
  const addend = (fits: (value: Value) => boolean): Value | undefined => {
    const sum = follow(last(), "add");
    const value = sum?.inputs.find(({ id }) => id !== last().outputs[0]!.id);
    if (!sum || !value || !fits(value)) return undefined;
    chain.push(sum);
    return value;
  };
  if (node.op !== "conv2d") return { chain, bias: undefined, other: undefined, relu: false };
  const { shape } = node.outputs[0]!.type;
  const bias = addend((value) => sameShape(value.type.shape, channelsOf(node)));
  const other =
    kernel === "RcnnConvolution1x1" ? addend((value) => sameShape(value.type.shape, shape)) : undefined;
  const relu = bias || other ? follow(last(), "relu") : undefined;
  if (relu) chain.push(relu);
  return { chain, bias, other, relu: relu !== undefined };
}

const channelsOf = (node: Node): readonly number[] => [node.outputs[0]!.type.shape[3]!];

/** What the kernels ask of shapes. */
function kernelOf({ op, inputs, outputs, attributes }: Node): Kernel | undefined {
  if (op !== "conv2d" && op !== "conv2dInputGrad") return undefined;
  const { strides, padding, dilations } = attributes as Readonly<Record<string, readonly unknown[]>>;
  const [rows, columns] = padding as readonly (readonly number[])[];
  const isAll = (number: number, ...pairs: readonly (readonly unknown[])[]) =>
    pairs.every((pair) => pair.every((each) => each === number));
  const [read, given] = [inputs[0]!.type.shape[3]!, outputs[0]!.type.shape[3]!];
  if (given % 64 !== 0) return undefined;
  const window = inputs[1]!.type.shape.slice(0, 2);
  if (sameShape(window, [3, 3]))
    return read % 16 === 0 && isAll(1, strides!, dilations!, rows!, columns!)
      ? "RcnnConvolution3x3"
      : undefined;
  const isGrid = sameShape(window, [1, 1]) && isAll(0, rows!, columns!) && strides![0] === strides![1];
  return op === "conv2d" && isGrid ? "RcnnConvolution1x1" : undefined;
}

/** `refs` are those of x, the filter, the bias and the other map. Without a bias, zeros are added. */
export function writeOwnConvolution(
  writer: TensorflowWriter,
  [x, filter, bias, other]: readonly (TensorflowRef | undefined)[],
  { node, kernel, relu }: OwnConvolution,
): TensorflowRef {
  const channels = channelsOf(node);
  const added = bias ?? writer.constant("f32", channels, new Array<number>(channels[0]!).fill(0));
  const own =
    kernel === "RcnnConvolution3x3"
      ? { turned: { bool: node.op === "conv2dInputGrad" } }
      : {
          stride: { int: (node.attributes.strides as readonly number[])[0]! },
          others: { int: other ? 1 : 0 },
        };
  const operands = [x!, filter!, added, ...(other ? [other] : [])];
  return writer.node(kernel, operands, { relu: { bool: relu }, ...own })[0]!;
}

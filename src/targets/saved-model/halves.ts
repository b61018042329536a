/** Which nodes of a graph TensorFlow computes in bfloat16, and how their mappings come to say so. */
import type { Graph, Node, ValueId } from "../../ir/types.ts";
import type { TensorflowAttribute, TensorflowRef, TensorflowWriter } from "../../ops/define.ts";
import { exactInBfloat16 } from "../../passes/use-bfloat16.ts";

/** Their results are rounded once more by TensorFlow: as the graph says, where nothing but `roundBfloat16` reads them. */
const rounding = new Set(["conv2d", "conv2dInputGrad", "matmul", "add"]);

/** Nodes all of whose operands are held in bfloat16, and whose results may be. */
export function nodesInHalf(graph: Graph): ReadonlySet<Node> {
  const read = readOtherwise(graph);
  const held = new Set<ValueId>();
  return new Set(
    graph.nodes.filter((node) => {
      const fits =
        node.inputs.every(({ id }) => held.has(id)) &&
        (exactInBfloat16.has(node.op) || (rounding.has(node.op) && !read.has(node.outputs[0]!.id)));
      if (fits || node.op === "roundBfloat16") held.add(node.outputs[0]!.id);
      return fits;
    }),
  );
}

/** Values that something else than `roundBfloat16` reads. */
function readOtherwise(graph: Graph): ReadonlySet<ValueId> {
  const read = new Set<ValueId>([...graph.outputs, ...graph.updates].map(({ value }) => value.id));
  for (const { op, inputs } of graph.nodes) {
    if (op !== "roundBfloat16") for (const { id } of inputs) read.add(id);
  }
  return read;
}

export const castNode = (
  writer: TensorflowWriter,
  x: TensorflowRef,
  from: "f32" | "bf16",
  to: "f32" | "bf16",
): TensorflowRef =>
  writer.node("Cast", [x], { SrcT: { type: from }, DstT: { type: to }, Truncate: { bool: false } })[0]!;

/** A writer for a mapping whose operands are bfloat16: where it says f32, bfloat16 is written. */
export const inHalf = (writer: TensorflowWriter): TensorflowWriter => ({
  ...writer,
  node: (op, inputs, attributes = {}, count = 1) => {
    const halved = Object.entries(attributes).map(([name, attribute]) => [name, halve(attribute)]);
    return writer.node(op, inputs, Object.fromEntries(halved), count);
  },
  constant: (dtype, shape, data) => {
    const constant = writer.constant(dtype, shape, data);
    return dtype === "f32" ? castNode(writer, constant, "f32", "bf16") : constant;
  },
});

const halve = (attribute: TensorflowAttribute): TensorflowAttribute =>
  "type" in attribute && attribute.type === "f32" ? { type: "bf16" } : attribute;

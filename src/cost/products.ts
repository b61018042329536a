/** Multiply-adds as published figures count them (torchvision's `get_ops`): convolutions and dense layers, nothing else. */
import { pathOf } from "../ir/origin.ts";
import type { Node } from "../ir/types.ts";
import type { Model } from "../model/model.ts";
import { opNamed } from "../ops/index.ts";

const products = new Set(["conv2d", "groupedConv2d", "conv2dInputGrad", "conv2dFilterGrad", "matmul"]);

export const isProduct = ({ op }: Node): boolean => products.has(op);

/** What the node really computes. */
export function multiplyAdds(node: Node): number {
  if (!isProduct(node)) return 0;
  const types = (values: Node["inputs"]) => values.map(({ type }) => type);
  return opNamed(node.op).cost(types(node.inputs), types(node.outputs), node.attributes);
}

/**
 * Of the last layer of a mask head only the masks of the detected class are computed; published figures have those of
 * all classes. Gives by how much the products of a path are to be multiplied to be counted like those.
 */
export function publishedFactor({ regions }: Model): (node: Node) => number {
  const factors = new Map<string, number>(
    regions.heads.flatMap((head) =>
      head.kind === "segment" && head.perClass ? [[`${head.path}.logits`, head.outputs] as const] : [],
    ),
  );
  return (node) => {
    const isOwn = node.op === "matmul" && node.inputs.every(({ type }) => type.shape.length === 3);
    return isOwn ? (factors.get(pathOf(node.origin)) ?? 1) : 1;
  };
}

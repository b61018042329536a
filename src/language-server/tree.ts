/** Ways through syntax trees: what stands at an offset. */
import type { Span } from "../diagnostics/span.ts";
import type {
  Argument,
  Binding,
  Block,
  Body,
  Document,
  Edit,
  Expression,
  Module,
  Name,
  Parameter,
  Setting,
  Stage,
  Use,
} from "../syntax/ast.ts";

/** Anything of a tree that has a place. Those without a `kind` are told apart by what they hold. */
export type Node =
  | Block
  | Setting
  | Edit
  | Module
  | Use
  | Expression
  | Parameter
  | Body
  | Binding
  | Argument
  | Stage
  | Name;

/** The nodes around `offset`, outermost first. Where two touch it, the one that begins there is meant. */
export function nodesAt(tree: Document, offset: number): readonly Node[] {
  const chain: Node[] = [];
  let level: readonly Node[] = childrenOf(tree);
  for (;;) {
    const next =
      level.find(({ span }) => span.start <= offset && offset < span.end) ??
      level.find(({ span }) => span.end === offset);
    if (!next) return chain;
    chain.push(next);
    level = childrenOf(next);
  }
}

/** Nodes directly inside; parts that have no place of their own, such as lists, are passed through. */
function childrenOf(node: object): readonly Node[] {
  return Object.entries(node).flatMap(([key, part]) =>
    key === "span" || key === "source" ? [] : placed(part as unknown),
  );
}

function placed(part: unknown): readonly Node[] {
  if (typeof part !== "object" || part === null) return [];
  if (Array.isArray(part)) return part.flatMap(placed);
  return "span" in part && isSpan(part.span) ? [part as Node] : childrenOf(part);
}

const isSpan = (value: unknown): value is Span =>
  typeof value === "object" && value !== null && "start" in value && "end" in value;

/** A node and all nodes in it. */
export const nodesIn = (node: Node): readonly Node[] => [node, ...childrenOf(node).flatMap(nodesIn)];

export const isKind = <K extends string>(
  node: Node | undefined,
  ...kinds: readonly K[]
): node is Extract<Node, { readonly kind: K }> =>
  node !== undefined && "kind" in node && (kinds as readonly string[]).includes(node.kind);

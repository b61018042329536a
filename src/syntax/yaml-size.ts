/** How many values a YAML text has with its aliases written out, counted before any of them is. */
import type * as Yaml from "yaml";
import type { Node } from "yaml";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Context, limits } from "./context.ts";

interface Count {
  readonly yaml: typeof Yaml;
  readonly context: Context;
  /** Values of what each anchor names; undefined inside it, where its own alias has no end. */
  readonly anchors: Map<string, number | undefined>;
  /** Values that stand there for an alias. */
  copies: number;
  isRefused: boolean;
}

/** Reports a text that is too much; aliases of nothing are somebody else's matter. */
export function isBounded(root: Node, yaml: typeof Yaml, context: Context): boolean {
  const count: Count = { yaml, context, anchors: new Map(), copies: 0, isRefused: false };
  const all = valuesOf(root, count);
  if (all - count.copies > limits.values) refuse("syntax/yaml-aliases", limits.values, root, count);
  return !count.isRefused;
}

function valuesOf(node: Node | null, count: Count): number {
  if (node === null || count.isRefused) return 1;
  const { yaml, anchors } = count;
  if (yaml.isAlias(node)) return copiesOf(node, count);
  if (node.anchor !== undefined) anchors.set(node.anchor, undefined);
  const inner = yaml.isSeq(node) ? node.items : yaml.isMap(node) ? node.items.map((pair) => pair.value) : [];
  const values = inner.reduce<number>((sum, part) => sum + valuesOf(part as Node | null, count), 1);
  if (node.anchor !== undefined) anchors.set(node.anchor, values);
  return values;
}

function copiesOf(alias: Yaml.Alias, count: Count): number {
  const { anchors } = count;
  if (!anchors.has(alias.source)) return 1;
  const values = anchors.get(alias.source);
  count.copies += values ?? 0;
  if (values === undefined) refuse("syntax/too-deep", limits.depth, alias, count);
  else if (count.copies > limits.copies) refuse("syntax/yaml-aliases", limits.copies, alias, count);
  return values ?? 1;
}

function refuse(
  code: "syntax/too-deep" | "syntax/yaml-aliases",
  limit: number,
  node: Node,
  count: Count,
): void {
  if (count.isRefused) return;
  const [start, end] = node.range!;
  count.isRefused = true;
  count.context.report(diagnose(syntaxCodes, code, { limit }, { span: count.context.at(start, end) }));
}

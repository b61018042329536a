/** Parts of a YAML text that its schema lets pass unseen: what is wrong in them has codes that say so. */
import type { Span } from "../diagnostics/span.ts";
import type { Name } from "./ast.ts";
import { isLiteralText } from "./literal-text.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "./yaml-read.ts";

const hidden = (span: Span): Span => ({ ...span, isUnseen: true });

export const unseenName = (name: Name): Name => ({ ...name, span: hidden(name.span) });

/** The text of a scalar as it is read: a string that is no value by itself has to be evaluated. */
export function evaluatedText({ value, inner }: YamlScalar): YamlScalar["inner"] {
  if (typeof value !== "string" || isLiteralText(inner.text)) return inner;
  return { ...inner, at: (start, end) => hidden(inner.at(start, end)) };
}

export const unseenEntry = ({ key, value }: YamlEntry): YamlEntry => ({
  key: unseenName(key),
  value: unseen(value),
});

/** `node` with all that is in it. */
export function unseen<Node extends YamlNode>(node: Node): Node;
export function unseen(node: YamlNode): YamlNode {
  const span = hidden(node.span);
  switch (node.kind) {
    case "scalar": {
      const { inner } = node;
      return { ...node, span, inner: { ...inner, at: (start, end) => hidden(inner.at(start, end)) } };
    }
    case "list":
      return { ...node, span, items: node.items.map(unseen) };
    case "map":
      return { ...node, span, entries: node.entries.map(unseenEntry) };
  }
}

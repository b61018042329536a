/** Paths that the YAML form writes as keys and scalars, and the insertions at them. */
import type { Edit, Name } from "./ast.ts";
import type { Context } from "./context.ts";
import type { YamlNode } from "./yaml-read.ts";
import { entryOf, hasOnly, isName, layersOf, misshapen, type YamlContext } from "./yaml-to-expression.ts";

export const scalarName = (node: YamlNode): Name => ({
  text: node.kind === "scalar" ? node.inner.text : "",
  span: node.span,
});

/** The names of a dotted key. */
export function pathOf(key: Name, context: YamlContext): readonly Name[] | undefined {
  const names = key.text.split(/\.|(?=\[)/);
  if (!isName(names[0]!) || !names.every((name) => isName(name) || /^(\d+|\[\d+\])$/.test(name))) {
    const { span } = key;
    const inner: Context = { text: key.text, at: () => span, report: context.report };
    misshapen(
      { kind: "scalar", value: key.text, inner, span },
      "a name, or a path of names joined by `.`",
      context,
    );
    return undefined;
  }
  // A key in quotes or with escapes is not as long as its names, and then has one place for all of them.
  const exact = key.span.end - key.span.start === key.text.length;
  let start = key.span.start;
  return names.map((text) => {
    const span = exact ? { ...key.span, start, end: start + text.length } : key.span;
    start += text.length + (key.text[start + text.length - key.span.start] === "." ? 1 : 0);
    return { text, span };
  });
}

/** `{ value: layers, after: path }`, or `before`. */
export function insertionOf(node: YamlNode, context: YamlContext): readonly Edit[] {
  hasOnly(node, ["value", "before", "after"], context);
  const value = entryOf(node, "value");
  const side = (["before", "after"] as const).find((each) => entryOf(node, each));
  if (!value || !side) {
    misshapen(node, "a map with `value`, and `before` or `after` with a path", context);
    return [];
  }
  const path = pathOf(scalarName(entryOf(node, side)!), context);
  const { span } = node;
  return path ? [{ kind: "edit", action: "insert", path, value: layersOf(value, context), side, span }] : [];
}

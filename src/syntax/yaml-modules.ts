/** Networks and blocks of the YAML form, and what all its declarations share. */
import type { Span } from "../diagnostics/span.ts";
import type { Module, Name, Parameter } from "./ast.ts";
import type { YamlEntry, YamlNode } from "./yaml-read.ts";
import {
  bodyOf,
  checkName,
  entryOf,
  hasOnly,
  misshapen,
  nameOf,
  type YamlContext,
  yamlValue,
} from "./yaml-to-expression.ts";

export function labelsOf(node: YamlNode, context: YamlContext): readonly YamlEntry[] {
  if (node.kind === "map") return node.entries;
  misshapen(node, "a map from names to what they declare", context);
  return [];
}

export const between = (first: Span, last: Span): Span => ({ ...first, end: Math.max(first.end, last.end) });

export function documented(node: YamlNode, context: YamlContext): { documentation?: string } {
  const text = entryOf(node, "documentation");
  if (!text) return {};
  if (text.kind === "scalar" && typeof text.value === "string")
    return { documentation: text.value.trimEnd() };
  misshapen(text, "a text", context);
  return {};
}

export function moduleOf(
  form: Module["form"],
  { key, value }: YamlEntry,
  context: YamlContext,
): readonly Module[] {
  const body = entryOf(value, "body");
  if (!body || value.kind !== "map" || !hasOnly(value, moduleKeys, context)) {
    if (!body) misshapen(value, `a map with \`body\`, for the ${form} \`${key.text}\``, context);
    return [];
  }
  checkName(key, context);
  const [parameters, on, results] = ["parameters", "on", "results"].map((name) => entryOf(value, name));
  return [
    {
      kind: "module",
      form,
      name: key,
      parameters: parameters ? labelsOf(parameters, context).map((each) => parameterOf(each, context)) : [],
      ...(on && { on: namesOf(on, context) }),
      ...(results && { results: namesOf(results, context) }),
      body: bodyOf(body, context),
      ...documented(value, context),
      span: between(key.span, value.span),
    },
  ];
}

const moduleKeys = ["parameters", "on", "results", "body", "documentation"];

const namesOf = (node: YamlNode, context: YamlContext): readonly Name[] =>
  (node.kind === "list" ? node.items : [node]).map((item) => nameOf(item, context));

function parameterOf({ key, value }: YamlEntry, context: YamlContext): Parameter {
  checkName(key, context);
  hasOnly(value, ["type", "default"], context);
  const type = value.kind === "map" ? entryOf(value, "type") : value;
  const otherwise = value.kind === "map" ? entryOf(value, "default") : undefined;
  return {
    name: key,
    type: type?.kind === "scalar" ? typeOf(type, context) : misshapen(value, "a type", context),
    ...(otherwise && { default: yamlValue(otherwise, context) }),
    span: between(key.span, value.span),
  };
}

const typeOf = (node: Extract<YamlNode, { kind: "scalar" }>, context: YamlContext) =>
  context.read(node.inner, "type") ?? ({ kind: "hole", span: node.span } as const);

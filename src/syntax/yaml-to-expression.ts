/**
 * Values of the YAML form.
 *
 * A string, quoted or not, is an expression as in `.rcnn`; numbers, `true`, `false` and null are themselves. A list
 * is a list, or a pipeline where the vocabulary says so. A map is one of
 *
 *     { pipe: [STAGE, ...] }                          a pipeline
 *     { NAME: { argument: value, ... } }              a call; NAME: [value, ...] with positional arguments
 *     { repeat: { times: n, index: i, body: BODY } }  or `layers: [STAGE, ...]` for `return input -> ...`
 *     { if: { condition: c, then: BODY, else: BODY } }
 *     { record: { key: value, ... } }                 a record, also without `record` where it cannot be a call
 *
 * A STAGE is a value, and as a map may have `as: name` beside it; there `{ upsample: 2 }` is a call. A BODY is a map
 * of bindings with `return`, or a list of stages that `input` goes through, or the value that is returned.
 */
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Argument, Body, Expression, Name, Stage } from "./ast.ts";
import type { Context } from "./context.ts";
import { isWord } from "./spell.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from "./yaml-read.ts";
import { evaluatedText, unseen, unseenEntry } from "./yaml-unseen.ts";

/** Reads the whole of a text by the expression grammar. */
export type ReadExpression = (context: Context, as: "value" | "type") => Expression | undefined;

/** What converting needs to know: how to read expressions, and where to report. */
export interface YamlContext {
  readonly read: ReadExpression;
  readonly report: Context["report"];
}

export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

const describe = (node: YamlNode): string =>
  node.kind === "map"
    ? node.entries.length === 1
      ? `a map with the key \`${node.entries[0]!.key.text}\``
      : `a map with ${node.entries.length} keys`
    : node.kind === "list"
      ? "a list"
      : `\`${node.inner.text}\``;

/** Reports that `node` should be something else; what is read in its place has been reported by then. */
export function misshapen(node: YamlNode, expected: string, context: YamlContext): Expression {
  const { span } = node;
  context.report(diagnose(syntaxCodes, "syntax/yaml-shape", { found: describe(node), expected }, { span }));
  return { kind: "hole", span };
}

export const entryOf = (node: YamlNode, key: string): YamlNode | undefined =>
  node.kind === "map" ? node.entries.find((entry) => entry.key.text === key)?.value : undefined;

export function yamlValue(node: YamlNode, context: YamlContext): Expression {
  const { span } = node;
  if (node.kind === "scalar") return scalarOf(node, context);
  if (node.kind === "list")
    return { kind: "list", items: node.items.map((item) => yamlValue(item, context)), span };
  const special = specialOf(node, context);
  if (special) return special;
  const [only] = node.entries;
  const callable = node.entries.length === 1 && isName(only!.key.text) && only!.value.kind !== "scalar";
  return callable ? callOf(only!, context) : recordOf(node, context);
}

/** Whether a map is no call or record but begins with a word of the YAML form. */
export const isSpecial = ({ entries }: YamlMap): boolean =>
  entries.length === 1 && ["pipe", "record", "repeat", "if"].includes(entries[0]!.key.text);

/** Whether a body is a value and no binding of a name such as `pipe`. */
function isResult(node: YamlMap): boolean {
  const { key, value } = node.entries[0] ?? {};
  const kinds: Readonly<Record<string, YamlNode["kind"]>> = { pipe: "list", record: "map" };
  return isSpecial(node) && (kinds[key!.text] ?? value!.kind) === value!.kind;
}

/** The maps that a word of the language begins. */
function specialOf(node: YamlMap, context: YamlContext): Expression | undefined {
  if (!isSpecial(node)) return undefined;
  // The schema does not ask which branch holds.
  const seen = node.entries[0]!.key.text === "if" ? unseen(node) : node;
  const [{ key, value }] = seen.entries as [YamlEntry];
  const made = wordedOf(key.text, value, context);
  return { ...made, span: { ...key.span, end: Math.max(key.span.end, made.span.end) } };
}

function wordedOf(word: string, value: YamlNode, context: YamlContext): Expression {
  switch (word) {
    case "pipe":
      return value.kind === "list"
        ? pipelineOf(value, context)
        : misshapen(value, "a list of stages", context);
    case "record":
      return value.kind === "map" ? recordOf(value, context) : misshapen(value, "a map", context);
    case "repeat":
      return repeatOf(value, context);
    default:
      return conditionalOf(value, context);
  }
}

/** A value whose plain strings are texts, also in lists; one in quotes of the language is read as such. */
export function textsOf(node: YamlNode, context: YamlContext): Expression {
  const { kind, span } = node;
  if (kind === "list") return { kind, items: node.items.map((item) => textsOf(item, context)), span };
  if (kind === "scalar" && node.value === null) return misshapen(node, "a text", context);
  const isText = kind === "scalar" && typeof node.value === "string" && !node.value.startsWith('"');
  return isText ? { kind: "text", value: node.value as string, span } : yamlValue(node, context);
}

/** A value whose list is a pipeline. */
export const layersOf = (node: YamlNode, context: YamlContext): Expression =>
  node.kind === "list" ? pipelineOf(node, context) : yamlValue(node, context);

function pipelineOf(list: YamlList, context: YamlContext): Expression {
  if (list.items.length === 0) return misshapen(list, "at least one stage", context);
  const stages = list.items.map((item) => stageOf(item, context));
  const [only] = stages as [Stage];
  return stages.length === 1 && !only.as ? only.value : { kind: "pipeline", stages, span: list.span };
}

function stageOf(node: YamlNode, context: YamlContext): Stage {
  const { span } = node;
  if (node.kind === "list" && node.items.length === 0) {
    return { value: misshapen(node, "at least one feature map", context), span };
  }
  if (node.kind !== "map") {
    const value = yamlValue(node, context);
    // A string may hold `conv(3x3, 64) as name`.
    if (value.kind === "pipeline" && value.stages.length === 1) return { ...value.stages[0]!, span };
    return { value, span };
  }
  const as = entryOf(node, "as");
  const entries = node.entries.filter((entry) => entry.key.text !== "as");
  const [only] = entries;
  if (!only || entries.length > 1) {
    return { value: misshapen(node, "one layer, and `as` at most beside it", context), span };
  }
  // Whether a record may stand here, the schema does not say.
  const seen = only.key.text === "record" ? entries.map(unseenEntry) : entries;
  const value = specialOf({ ...node, entries: seen }, context) ?? callOf(only, context);
  return { value, ...(as && { as: nameOf(as, context) }), span };
}

/** The name that a scalar is. */
export function nameOf(node: YamlNode, context: YamlContext): Name {
  if (node.kind === "scalar" && typeof node.value === "string" && isName(node.value)) {
    return { text: node.value, span: node.span };
  }
  misshapen(node, "a name", context);
  return { text: "", span: node.span };
}

/** Reports a key that stands where a name must, and is none. */
export function checkName({ text, span }: Name, context: YamlContext): void {
  if (isWord(text)) context.report(diagnose(syntaxCodes, "syntax/reserved-word", { word: text }, { span }));
  if (isName(text)) return;
  const inner: Context = { text, at: () => span, report: context.report };
  misshapen({ kind: "scalar", value: text, inner, span }, "a name", context);
}

function callOf({ key, value }: YamlEntry, context: YamlContext): Expression {
  checkName(key, context);
  if (value.kind === "map") for (const entry of value.entries) checkName(entry.key, context);
  const span = { ...key.span, end: Math.max(key.span.end, value.span.end) };
  const positional = (node: YamlNode): Argument => ({ value: yamlValue(node, context), span: node.span });
  const named = (entry: YamlEntry): Argument => ({
    name: entry.key,
    value: yamlValue(entry.value, context),
    span: { ...entry.key.span, end: Math.max(entry.key.span.end, entry.value.span.end) },
  });
  const list =
    value.kind === "map"
      ? value.entries.map(named)
      : value.kind === "list"
        ? value.items.map(positional)
        : value.value === null
          ? []
          : [positional(value)];
  return { kind: "call", callee: key, arguments: list, span };
}

const recordOf = (node: YamlMap, context: YamlContext): Expression => ({
  kind: "record",
  entries: node.entries.map(({ key, value }) => ({ key, value: yamlValue(value, context) })),
  span: node.span,
});

/** Whether a map has no keys but `known`; reports the first that it has beside them. */
export function hasOnly(node: YamlNode, known: readonly string[], context: YamlContext): boolean {
  const strange = node.kind === "map" && node.entries.find(({ key }) => !known.includes(key.text));
  if (!strange) return true;
  const list = known.map((key) => `\`${key}\``).join(", ");
  misshapen({ kind: "map", entries: [strange], span: strange.key.span }, `only ${list}`, context);
  return false;
}

function repeatOf(node: YamlNode, context: YamlContext): Expression {
  hasOnly(node, ["times", "index", "body", "layers"], context);
  const times = entryOf(node, "times");
  const index = entryOf(node, "index");
  const body = entryOf(node, "body") ?? entryOf(node, "layers");
  if (!times || !body) return misshapen(node, "a map with `times`, and `layers` or `body`", context);
  return {
    kind: "repeat",
    times: yamlValue(times, context),
    ...(index && { index: nameOf(index, context) }),
    body: bodyOf(body, context),
    span: node.span,
  };
}

function conditionalOf(node: YamlNode, context: YamlContext): Expression {
  hasOnly(node, ["condition", "then", "else"], context);
  const [condition, yes, no] = ["condition", "then", "else"].map((key) => entryOf(node, key));
  if (!condition || !yes || !no) return misshapen(node, "a map with `condition`, `then` and `else`", context);
  return {
    kind: "if",
    condition: yamlValue(condition, context),
    // biome-ignore lint/suspicious/noThenProperty: the tree's name for the first branch
    then: bodyOf(yes, context),
    else: bodyOf(no, context),
    span: node.span,
  };
}

export function bodyOf(node: YamlNode, context: YamlContext): Body {
  const { span } = node;
  if (node.kind === "list") {
    const input: Stage = { value: { kind: "name", name: "input", span }, span };
    const stages = [input, ...node.items.map((item) => stageOf(item, context))];
    return { bindings: [], result: { kind: "pipeline", stages, span }, span };
  }
  if (node.kind === "scalar" || isResult(node)) {
    return { bindings: [], result: yamlValue(node, context), span };
  }
  const result = entryOf(node, "return");
  const entries = node.entries.filter((entry) => entry.key.text !== "return");
  for (const { key } of entries) checkName(key, context);
  const bindings = entries.map(({ key, value }) => ({
    name: key,
    value: yamlValue(value, context),
    span: { ...key.span, end: value.span.end },
  }));
  return { bindings, ...(result && { result: yamlValue(result, context) }), span };
}

function scalarOf(scalar: YamlScalar, context: YamlContext): Expression {
  const { value, inner, span } = scalar;
  if (value === null) return { kind: "none", span };
  if (typeof value === "boolean") return { kind: "boolean", value, span };
  // YAML writes some numbers in ways that the language does not have: `.5`, `0x10`.
  if (typeof value === "number" && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(inner.text)) {
    if (Number.isFinite(value)) return { kind: "number", value, span };
    context.report(diagnose(syntaxCodes, "syntax/not-finite", { text: inner.text }, { span }));
    return { kind: "hole", span };
  }
  return context.read(evaluatedText(scalar), "value") ?? { kind: "hole", span };
}

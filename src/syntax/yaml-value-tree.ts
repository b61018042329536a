/** Values as YAML: maps and lists where the YAML form has them, else the text of the expression. */
import type { Argument, Body, Expression, Stage } from "./ast.ts";
import { flat, needsGroup, type Printing } from "./print-flat.ts";
import type { Written } from "./written.ts";
import {
  partsOf,
  type YamlField,
  type YamlFields,
  type YamlItem,
  type YamlPlace,
  type YamlTree,
} from "./yaml-emit.ts";
import { keyedPlace, placeAt, rangeOf } from "./yaml-place.ts";

/** One printing of one document as YAML. */
export interface YamlPrinting {
  readonly written: Written;
  /** Without comments. */
  readonly plain: Printing;
  /** Whether comments stand in a value, so that it is taken apart where it need not be. */
  readonly isCommented: (value: Expression) => boolean;
  /** What values were taken apart into for their comments. */
  readonly apart: Map<Expression, YamlTree>;
}

/** Columns above which a pipeline is rather a list. */
const shortPipeline = 72;

/** Maps that begin so are no calls. */
const words: readonly string[] = ["pipe", "record", "repeat", "if"];

export const textTree = (text: string): YamlTree => ({ kind: "text", text });

/** A text that is no expression. */
export const stringTree = (text: string): YamlTree => ({ kind: "text", text, isString: true });

/** On one line of `.rcnn`. */
const lineOf = (value: Expression, { plain }: YamlPrinting): string => flat(value, plain)!;

export const textOf = (value: Expression, printing: YamlPrinting): YamlTree =>
  textTree(lineOf(value, printing));

/** `isLayers` where a plain list is a pipeline. */
export const valueTree = (value: Expression, printing: YamlPrinting, isLayers = false): YamlTree =>
  structured(value, printing, isLayers) ?? textOf(value, printing);

/** Whether a map begins with a word that tells it from a block. */
export const isWorded = (tree: YamlTree): boolean =>
  tree.kind === "fields" && tree.fields.length === 1 && words.includes(tree.fields[0]!.key);

/** Undefined where the expression is a text in YAML too. */
function structured(value: Expression, printing: YamlPrinting, isLayers: boolean): YamlTree | undefined {
  switch (value.kind) {
    case "list":
      return isLayers || value.unit ? undefined : listTree(value, printing);
    case "record":
      return recordTree(value, printing);
    case "call":
      return callTree(value, printing);
    case "pipeline":
      return pipelineTree(value, printing, isLayers);
    case "if":
    case "repeat":
      return branchTree(value, printing);
    default:
      return undefined;
  }
}

const fields = (...all: readonly YamlField[]): YamlFields => ({ kind: "fields", fields: all });

export const fieldOf = (key: string, value: YamlTree, place: YamlPlace | undefined): YamlField => ({
  key,
  value,
  place,
});

/** A field by the place of its value. */
export const keyed = (
  key: string,
  value: YamlTree,
  { span }: Pick<Expression, "span">,
  { written }: YamlPrinting,
): YamlField => fieldOf(key, value, keyedPlace(key, span, written));

/** The key that several share. */
export function lifted(key: string, value: YamlTree, { written }: YamlPrinting): YamlField {
  const places = partsOf(value).flatMap(({ place }) => place ?? []);
  const place = places.length > 0 ? keyedPlace(key, rangeOf(places), written) : undefined;
  return { ...fieldOf(key, value, place), isShared: !written.isYaml };
}

const itemOf = (value: YamlTree, { span }: Pick<Expression, "span">): YamlItem => ({
  value,
  place: placeAt(span),
});

const listTree = (value: Extract<Expression, { kind: "list" }>, printing: YamlPrinting): YamlTree => ({
  kind: "items",
  items: value.items.map((item) => itemOf(valueTree(item, printing), item)),
});

type Record = Extract<Expression, { kind: "record" }>;

const plainRecord = ({ entries }: Record, printing: YamlPrinting): YamlFields =>
  fields(
    ...entries.map(({ key, value }) => {
      const end = Math.max(key.span.end, value.span.end);
      const place = placeAt({ start: key.span.start, end }, key.span.end);
      return fieldOf(key.text, valueTree(value, printing), place);
    }),
  );

const wordedRecord = (value: Record, printing: YamlPrinting): YamlTree =>
  fields(keyed("record", plainRecord(value, printing), value, printing));

function recordTree(value: Record, printing: YamlPrinting): YamlTree {
  const record = plainRecord(value, printing);
  const [only] = record.fields;
  const isClear = record.fields.length !== 1 || only!.value.kind === "text";
  return isClear && !words.includes(only?.key ?? "") ? record : wordedRecord(value, printing);
}

/** Only where all arguments have names, or where comments stand between those that have none. */
function callTree(
  value: Extract<Expression, { kind: "call" }>,
  printing: YamlPrinting,
): YamlTree | undefined {
  const { callee, arguments: all, span } = value;
  if (words.includes(callee.text) || all.length === 0) return undefined;
  const areNamed = all.every((argument) => argument.name);
  const arePlaced = !areNamed && all.every((argument) => !argument.name);
  if (!areNamed && !(arePlaced && printing.isCommented(value))) return undefined;
  const inside: YamlTree = areNamed
    ? fields(...all.map((argument) => argumentField(argument, printing)))
    : { kind: "items", items: all.map((each) => itemOf(valueTree(each.value, printing), each)) };
  const tree = fields(fieldOf(callee.text, inside, placeAt(span, callee.span.end)));
  if (arePlaced) printing.apart.set(value, tree);
  return tree;
}

const argumentField = ({ name, value, span }: Argument, printing: YamlPrinting): YamlField =>
  fieldOf(name!.text, valueTree(value, printing), placeAt(span, name!.span.end));

function pipelineTree(
  value: Extract<Expression, { kind: "pipeline" }>,
  printing: YamlPrinting,
  isLayers: boolean,
): YamlTree | undefined {
  const items: YamlTree = { kind: "items", items: stageItems(value.stages, printing) };
  if (isLayers) return items;
  const line = lineOf(value, printing);
  const isShort = line.length <= shortPipeline && !/\b(repeat|if) /.test(line);
  const isText = value.stages.length === 1 && items.items[0]!.value.kind === "text";
  if (isShort && (isText || !printing.isCommented(innermost(value)))) return undefined;
  const tree = fields(keyed("pipe", items, value, printing));
  if (isShort) printing.apart.set(innermost(value), tree);
  return tree;
}

/** What stands at an only stage stands as well at what holds it. */
function innermost(value: Expression): Expression {
  const [only, second] = value.kind === "pipeline" ? value.stages : [];
  return only && !second ? innermost(only.value) : value;
}

const stageItems = (stages: readonly Stage[], printing: YamlPrinting): readonly YamlItem[] =>
  stages.map((stage) => itemOf(stageTree(stage, printing), stage));

function stageTree({ value, as }: Stage, printing: YamlPrinting): YamlTree {
  const tree = stageValue(value, printing);
  if (tree?.kind !== "fields") {
    const text = lineOf(value, printing);
    const grouped = needsGroup(value, 0) ? `(${text})` : text;
    return textTree(as ? `${grouped} as ${as.text}` : grouped);
  }
  const name = as ? [keyed("as", textTree(as.text), as, printing)] : [];
  return fields(...tree.fields, ...name);
}

function stageValue(value: Expression, printing: YamlPrinting): YamlTree | undefined {
  if (value.kind === "list") return undefined;
  if (value.kind === "record") return wordedRecord(value, printing);
  if (value.kind !== "pipeline") return structured(value, printing, false);
  if (value.stages.length > 1) return undefined;
  return fields(keyed("pipe", { kind: "items", items: stageItems(value.stages, printing) }, value, printing));
}

function branchTree(value: Extract<Expression, { kind: "if" | "repeat" }>, printing: YamlPrinting): YamlTree {
  const plain = (key: string, inner: Expression): YamlField =>
    keyed(key, valueTree(inner, printing), inner, printing);
  if (value.kind === "if") {
    const inside = fields(
      plain("condition", value.condition),
      bodyField("then", value.then, printing),
      bodyField("else", value.else, printing),
    );
    return fields(keyed("if", inside, value, printing));
  }
  const index = value.index ? [keyed("index", textTree(value.index.text), value.index, printing)] : [];
  const layers = layersOf(value.body, printing);
  const body = layers
    ? keyed("layers", layers, value.body, printing)
    : bodyField("body", value.body, printing);
  return fields(keyed("repeat", fields(plain("times", value.times), ...index, body), value, printing));
}

/** A list, where the body is nothing but layers that `input` goes through. */
function layersOf({ result, bindings }: Body, printing: YamlPrinting): YamlTree | undefined {
  if (bindings.length > 0 || result?.kind !== "pipeline" || result.stages.length < 2) return undefined;
  const [first, ...others] = result.stages as [Stage, ...Stage[]];
  const isInput = first.value.kind === "name" && first.value.name === "input" && !first.as;
  return isInput ? { kind: "items", items: stageItems(others, printing) } : undefined;
}

/** A body whose only statement is a `return` of something short is that. */
export const bodyField = (key: string, body: Body, printing: YamlPrinting): YamlField =>
  keyed(
    key,
    layersOf(body, printing) ?? onlyResult(body, printing) ?? bodyTree(body, printing),
    body,
    printing,
  );

function onlyResult({ result, bindings }: Body, printing: YamlPrinting): YamlTree | undefined {
  if (!result || bindings.length > 0) return undefined;
  const tree = valueTree(result, printing);
  return tree.kind === "text" || result.kind === "if" || result.kind === "repeat" ? tree : undefined;
}

function bodyTree({ bindings, result }: Body, printing: YamlPrinting): YamlFields {
  const isAlone = bindings.length === 1 && !result;
  const all = bindings.map(({ name, value, span }) => {
    const isWord = isAlone && words.includes(name.text);
    const tree = isWord ? textOf(value, printing) : valueTree(value, printing);
    return fieldOf(name.text, tree, placeAt(span, name.span.end));
  });
  const end = result ? [keyed("return", valueTree(result, printing), result, printing)] : [];
  return fields(...all, ...end);
}

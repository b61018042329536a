/** Values as YAML: maps and lists where the YAML form has them, else the text of the expression. */
import type { Argument, Body, Expression, Stage } from "./ast.ts";
import { flat, flatWithout, isBare, needsGroup, type Printing } from "./print-flat.ts";
import type { CommentLine, Trivia } from "./trivia.ts";
import type { YamlField, YamlFields, YamlItem, YamlNotes, YamlTree } from "./yaml-emit.ts";

/** A tree with the comments inside the value that it has no place for. */
export interface Valued {
  readonly tree: YamlTree;
  readonly homeless: readonly CommentLine[];
}

/** Columns above which a pipeline is rather a list. */
const shortPipeline = 72;

/** Maps that begin so are no calls. */
const words: readonly string[] = ["pipe", "record", "repeat", "if"];

export const textTree = (text: string): YamlTree => ({ kind: "text", text });

/** A text that is no expression. */
export const stringTree = (text: string): YamlTree => ({ kind: "text", text, isString: true });

export const notesOf = (
  { before, gap, after, open }: Trivia,
  homeless: readonly CommentLine[],
): YamlNotes => {
  const [behind, second] = [open, after].filter((text) => text !== undefined);
  const extra = second === undefined ? [] : [{ text: second, gap: false }];
  return { before: [...before, ...extra, ...homeless], gap, ...(behind !== undefined && { behind }) };
};

/** `isLayers` where a plain list is a pipeline. */
export function valueTree(value: Expression, printing: Printing, isLayers = false): Valued {
  return structured(value, printing, isLayers) ?? textOf(value, printing);
}

export const textOf = (value: Expression, printing: Printing): Valued => ({
  tree: textTree(flatWithout(value)),
  homeless: commentsIn(value, printing),
});

/** Whether a map begins with a word that tells it from a block. */
export const isWorded = (tree: YamlTree): boolean =>
  tree.kind === "fields" && tree.fields.length === 1 && words.includes(tree.fields[0]!.key);

/** Undefined where the expression is a text in YAML too. */
function structured(value: Expression, printing: Printing, isLayers: boolean): Valued | undefined {
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

const own = (tree: YamlTree, homeless: readonly CommentLine[] = []): Valued => ({ tree, homeless });

/** Behind the last part of a list or a map; where there is none, YAML has no place for it. */
const ended = <T extends YamlTree>(tree: T, end: readonly CommentLine[]): Valued & { readonly tree: T } =>
  isEmptyTree(tree) ? { tree, homeless: end } : { tree: { ...tree, end }, homeless: [] };

const isEmptyTree = (tree: YamlTree): boolean =>
  (tree.kind === "items" && tree.items.length === 0) || (tree.kind === "fields" && tree.fields.length === 0);

export function fieldOf(key: string, value: Valued, node: object, { of }: Printing): YamlField {
  return { key, value: value.tree, ...notesOf(of(node), value.homeless) };
}

const itemOf = (value: Valued, node: object, { of }: Printing): YamlItem => ({
  value: value.tree,
  ...notesOf(of(node), value.homeless),
});

function listTree(value: Extract<Expression, { kind: "list" }>, printing: Printing): Valued {
  const items = value.items.map((item) => itemOf(valueTree(item, printing), item, printing));
  return ended({ kind: "items", items }, printing.of(value).end);
}

function recordTree(value: Extract<Expression, { kind: "record" }>, printing: Printing): Valued {
  const fields = value.entries.map((entry) =>
    fieldOf(entry.key.text, valueTree(entry.value, printing), entry, printing),
  );
  const record = ended({ kind: "fields", fields } as const, printing.of(value).end);
  const [only] = fields;
  const isClear = fields.length !== 1 || only!.value.kind === "text";
  if (isClear && !words.includes(only?.key ?? "")) return record;
  return own({ kind: "fields", fields: [{ key: "record", value: record.tree }] }, record.homeless);
}

/** Only where all arguments have names, or where comments stand between those that have none. */
function callTree(value: Extract<Expression, { kind: "call" }>, printing: Printing): Valued | undefined {
  const { callee, arguments: all } = value;
  if (words.includes(callee.text)) return undefined;
  const areNamed = all.length > 0 && all.every((argument) => argument.name);
  const hasComments = flat(value, printing) === undefined;
  const arePlaced = hasComments && all.length > 0 && all.every((argument) => !argument.name);
  if (!areNamed && !arePlaced) return undefined;
  const { end } = printing.of(value);
  const inside: YamlTree = areNamed
    ? { kind: "fields", fields: all.map((argument) => argumentField(argument, printing)), end }
    : {
        kind: "items",
        items: all.map((each) => itemOf(valueTree(each.value, printing), each, printing)),
        end,
      };
  return own({ kind: "fields", fields: [{ key: callee.text, value: inside }] });
}

const argumentField = (argument: Argument, printing: Printing): YamlField =>
  fieldOf(argument.name!.text, valueTree(argument.value, printing), argument, printing);

function pipelineTree(
  value: Extract<Expression, { kind: "pipeline" }>,
  printing: Printing,
  isLayers: boolean,
): Valued | undefined {
  const line = flat(value, printing);
  const isShort = line !== undefined && line.length <= shortPipeline && !/\b(repeat|if) /.test(line);
  if (isShort && !isLayers) return undefined;
  return layersTree(value.stages, printing, isLayers);
}

/** What stands before the first stage stands before what holds the pipeline. */
function layersTree(stages: readonly Stage[], printing: Printing, isLayers: boolean): Valued {
  const [first, ...others] = stageItems(stages, printing) as [YamlItem, ...YamlItem[]];
  const items: YamlTree = { kind: "items", items: [{ ...first, before: [] }, ...others] };
  return own(isLayers ? items : { kind: "fields", fields: [{ key: "pipe", value: items }] }, first.before);
}

const stageItems = (stages: readonly Stage[], printing: Printing): readonly YamlItem[] =>
  stages.map((stage) => itemOf(stageTree(stage, printing), stage, printing));

function stageTree({ value, as }: Stage, printing: Printing): Valued {
  const single = value.kind === "pipeline" && value.stages.length === 1;
  const tree: Valued | undefined = single
    ? layersTree(value.stages, printing, false)
    : value.kind === "pipeline" || value.kind === "list"
      ? undefined
      : value.kind === "record"
        ? plainRecord(value, printing)
        : structured(value, printing, false);
  if (!tree) {
    const text = needsGroup(value, 0) ? `(${flatWithout(value)})` : flatWithout(value);
    return { tree: textTree(as ? `${text} as ${as.text}` : text), homeless: commentsIn(value, printing) };
  }
  const fields = tree.tree.kind === "fields" ? tree.tree.fields : [];
  const name = as ? [{ key: "as", value: textTree(as.text) }] : [];
  return { ...tree, tree: { kind: "fields", fields: [...fields, ...name] } };
}

function plainRecord(value: Extract<Expression, { kind: "record" }>, printing: Printing): Valued {
  const fields = value.entries.map((entry) =>
    fieldOf(entry.key.text, valueTree(entry.value, printing), entry, printing),
  );
  const { tree, homeless } = ended({ kind: "fields", fields } as const, printing.of(value).end);
  return own({ kind: "fields", fields: [{ key: "record", value: tree }] }, homeless);
}

function branchTree(value: Extract<Expression, { kind: "if" | "repeat" }>, printing: Printing): Valued {
  const homeless: CommentLine[] = [];
  const plain = (key: string, inner: Expression): YamlField => ({
    key,
    value: valueTree(inner, printing).tree,
  });
  const bodied = (key: string, body: Body): YamlField => bodyField(key, body, printing, homeless);
  if (value.kind === "if") {
    const fields = [
      plain("condition", value.condition),
      bodied("then", value.then),
      bodied("else", value.else),
    ];
    return own({ kind: "fields", fields: [{ key: "if", value: { kind: "fields", fields } }] }, homeless);
  }
  const index = value.index ? [{ key: "index", value: textTree(value.index.text) }] : [];
  const layers = layersOf(value.body, printing);
  const body: YamlField = layers ? { key: "layers", value: layers } : bodied("body", value.body);
  const fields = [plain("times", value.times), ...index, body];
  return own({ kind: "fields", fields: [{ key: "repeat", value: { kind: "fields", fields } }] }, homeless);
}

/** A list, where the body is nothing but layers that `input` goes through. */
function layersOf(body: Body, printing: Printing): YamlTree | undefined {
  const { result, bindings } = body;
  if (bindings.length > 0 || result?.kind !== "pipeline" || result.stages.length < 2) return undefined;
  const [first, ...others] = result.stages as [Stage, ...Stage[]];
  const isInput = first.value.kind === "name" && first.value.name === "input" && !first.as;
  if (!isInput || ![body, result, first].every((node) => isBare(node, printing))) return undefined;
  return { kind: "items", items: stageItems(others, printing) };
}

/**
 * A body whose only statement is a `return` of something short is that. What stands in an empty one becomes
 * `homeless`.
 */
export function bodyField(key: string, body: Body, printing: Printing, homeless: CommentLine[]): YamlField {
  const { result, bindings } = body;
  const layers = layersOf(body, printing);
  if (layers) return { key, value: layers };
  const isOnly = result && bindings.length === 0 && isBare(body, printing) && isBare(result, printing);
  if (isOnly) {
    const { tree, homeless: lost } = valueTree(result, printing);
    const isBranch = result.kind === "if" || result.kind === "repeat";
    if (lost.length === 0 && (tree.kind === "text" || isBranch)) return { key, value: tree };
  }
  const { open, end } = printing.of(body);
  const tree = ended(bodyTree(body, printing), end);
  if (!isEmptyTree(tree.tree)) {
    return {
      key,
      value: { ...tree.tree, ...(open !== undefined && { isLong: true }) },
      ...(open !== undefined && { behind: open }),
    };
  }
  if (open !== undefined) homeless.push({ text: open, gap: false });
  homeless.push(...tree.homeless);
  return { key, value: tree.tree };
}

function bodyTree(body: Body, printing: Printing): YamlFields {
  const alone = body.bindings.length === 1 && !body.result;
  const fields = body.bindings.map((binding) => {
    const isWord = alone && words.includes(binding.name.text);
    const value = isWord ? textOf(binding.value, printing) : valueTree(binding.value, printing);
    return fieldOf(binding.name.text, value, binding, printing);
  });
  const { result } = body;
  const end = result ? [fieldOf("return", valueTree(result, printing), result, printing)] : [];
  return { kind: "fields", fields: [...fields, ...end] };
}

/** All comments at the parts of `value`. */
function commentsIn(value: Expression, { of }: Printing): readonly CommentLine[] {
  const found: CommentLine[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (node !== value) {
      const { before, after, open } = of(node);
      found.push(...before);
      for (const text of [open, after]) if (text !== undefined) found.push({ text, gap: false });
    }
    for (const [key, part] of Object.entries(node)) if (key !== "span") visit(part);
    found.push(...of(node).end);
  };
  visit(value);
  return found;
}

/**
 * The YAML form of a document: the same declarations with one rule, `kind: { name: { ... } }`.
 *
 *     use: [library/fpn]
 *     constant: 3
 *     model:
 *       NAME: { extends: OTHER, documentation: text, KEY: value, SECTION: { on: p2..p5, ... }, head: { LABEL: { type: segment } },
 *               replace: { path: value }, append: { path: value },
 *               insert: [{ value: value, after: path }], remove: [path],
 *               edits: [{ append: { path: value } }, { remove: [path] }] }
 *     network:                    # and block, without `on` and `results`
 *       NAME: { documentation: text, parameters: { NAME: { type: T, default: value }, NAME: T }, on: [c2], results: [p2],
 *               body: { NAME: value, return: value } }
 *
 * Values are those of `yaml-to-expression.ts`. Which keys are blocks `vocabulary.ts` says.
 */
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { own } from "../support/own.ts";
import type { Block, Comment, Declaration, Edit, Entry, Name, Setting, Use } from "./ast.ts";
import type { Context } from "./context.ts";
import { type Head, heads, type Vocabulary, vocabulary } from "./vocabulary.ts";
import { between, documented, labelsOf, moduleOf } from "./yaml-modules.ts";
import { insertionOf, pathOf, scalarName } from "./yaml-path.ts";
import { readYaml, type YamlEntry, type YamlNode } from "./yaml-read.ts";
import {
  entryOf,
  isName,
  isSpecial,
  layersOf,
  misshapen,
  nameOf,
  type ReadExpression,
  textsOf,
  type YamlContext,
  yamlValue,
} from "./yaml-to-expression.ts";
import { unseen, unseenName } from "./yaml-unseen.ts";

interface Parts {
  readonly uses: readonly Use[];
  readonly declarations: readonly Declaration[];
  readonly comments: readonly Comment[];
  readonly isPartial?: boolean;
}

/** The parts of the document that `context.text` holds; undefined where it is not YAML. */
export function yamlToDocument(context: Context, read: ReadExpression): Parts | undefined {
  const text = readYaml(context);
  if (!text) return undefined;
  const { root, comments, isPartial } = text;
  const inner: YamlContext = { read, report: context.report };
  if (root.kind !== "map") {
    misshapen(root, "a map with `use`, `model`, `network` or `block`", inner);
    return undefined;
  }
  const uses: Use[] = [];
  const declarations: Declaration[] = [];
  for (const entry of root.entries) {
    const { key, value } = entry;
    if (key.text === "use") uses.push(...usesOf(value, inner));
    else if (key.text === "network" || key.text === "block") {
      for (const each of labelsOf(value, inner)) declarations.push(...moduleOf(key.text, each, inner));
    } else declarations.push(...declarationOf(entry, inner));
  }
  return { uses, declarations, comments, ...(isPartial && { isPartial }) };
}

/** What may stand in a model, without the model around it. */
export function yamlToChanges(context: Context, read: ReadExpression): readonly Entry[] {
  const root = readYaml(context)?.root;
  if (!root) return [];
  const keyword = { text: "model", span: root.span };
  const inside = vocabulary.blocks!.model!;
  return blockOf(keyword, undefined, { key: keyword, value: root }, inside, { read, report: context.report })
    .entries;
}

function usesOf(node: YamlNode, context: YamlContext): readonly Use[] {
  return (node.kind === "list" ? node.items : [node]).flatMap((item): Use[] => {
    if (item.kind === "scalar" && typeof item.value === "string") {
      return [{ kind: "use", path: item.value, span: item.span }];
    }
    misshapen(item, "the path of a file", context);
    return [];
  });
}

/** A map that is no block of the vocabulary is one all the same, so that merging can say that it is unknown. */
function declarationOf(entry: YamlEntry, context: YamlContext): readonly (Block | Setting)[] {
  const { key, value } = entry;
  const known = own(vocabulary.blocks, key.text) !== undefined;
  if (known || value.kind !== "map" || isSpecial(value)) return statementOf(entry, vocabulary, context);
  return isBlockName(entry, context) ? [blockOf(key, undefined, entry, {}, context)] : [];
}

/** The blocks or the setting that one entry of a block is. */
function statementOf(
  entry: YamlEntry,
  known: Vocabulary,
  context: YamlContext,
): readonly (Block | Setting)[] {
  const { key, value } = entry;
  const inside = own(known.blocks, key.text);
  if (inside && known.labelled?.includes(key.text)) {
    const isUnseen = known.unseen?.includes(key.text);
    return labelsOf(value, context).map((each) =>
      blockOf(key, isUnseen ? unseenName(each.key) : each.key, each, inside, context),
    );
  }
  const isBlock = inside && (value.kind === "map" || (value.kind === "scalar" && value.value === null));
  if (isBlock) return [blockOf(key, undefined, entry, inside, context)];
  const path = pathOf(key, context);
  if (!path) return [];
  const kind = known.layers?.includes(key.text) ? "layers" : known.texts?.includes(key.text) ? "text" : "any";
  const read = { layers: layersOf, text: textsOf, any: yamlValue }[kind];
  // The schema looks at values under keys of their own only.
  const isSeen = path.length === 1 && !known.unseen?.includes(key.text);
  const names = path.length === 1 ? path : path.map(unseenName);
  const setting = read(isSeen ? value : unseen(value), context);
  return [{ kind: "setting", path: names, value: setting, span: between(key.span, value.span) }];
}

function isBlockName({ key, value }: YamlEntry, context: YamlContext): boolean {
  if (isName(key.text)) return true;
  misshapen(value, "a name before `:`", context);
  return false;
}

const isHead = (text: string): text is Head => (heads as readonly string[]).includes(text);

/** Those that the block has; one that it cannot have is reported. */
function headsOf(
  value: YamlNode,
  { text }: Name,
  { heads: known = [] }: Vocabulary,
  context: YamlContext,
): readonly (YamlNode | undefined)[] {
  const strange = value.kind === "map" ? value.entries.map(({ key }) => key) : [];
  for (const key of strange.filter((each) => isHead(each.text) && !known.includes(each.text))) {
    const values = { found: `\`${key.text}\``, expected: `a key of \`${text}\`` };
    context.report(diagnose(syntaxCodes, "syntax/yaml-shape", values, { span: key.span }));
  }
  return heads.map((head) => (known.includes(head) ? entryOf(value, head) : undefined));
}

/** Nothing where what stands there is no name. */
function named(
  head: "type" | "extends",
  node: YamlNode | undefined,
  context: YamlContext,
): Pick<Block, "type" | "extends"> {
  const name = node && nameOf(node, context);
  return name?.text ? { [head]: name } : {};
}

function blockOf(
  keyword: Name,
  label: Name | undefined,
  { key, value }: YamlEntry,
  inside: Vocabulary,
  context: YamlContext,
): Block {
  const [type, on, base] = headsOf(value, key, inside, context);
  const isBlock = value.kind === "map" || (value.kind === "scalar" && value.value === null);
  if (!isBlock) misshapen(value, `a map with what is in \`${key.text}\``, context);
  // What a block without its type may hold depends on the text that gives the type.
  const isTyped = !inside.heads?.includes("type") || type !== undefined;
  const seen = isTyped ? value : unseen(value);
  const entries =
    seen.kind === "map"
      ? seen.entries.filter(({ key: { text } }) => !isHead(text) && text !== "documentation")
      : [];
  return {
    kind: "block",
    keyword,
    ...(label && { label }),
    ...named("type", type, context),
    ...(on && { on: yamlValue(on, context) }),
    ...named("extends", base, context),
    entries: entries.flatMap(
      (entry): readonly Entry[] => editsOf(entry, inside, context) ?? statementOf(entry, inside, context),
    ),
    ...documented(value, context),
    ...(!isBlock && { isPartial: true }),
    span: between(key.span, value.span),
  };
}

/** `replace` and `append` hold a map from paths to values, `insert` and `remove` lists, `edits` a list of all these. */
function editsOf(
  { key, value }: YamlEntry,
  known: Vocabulary,
  context: YamlContext,
): readonly Edit[] | undefined {
  const action = key.text;
  if (action === "edits") return editListOf(value, known, context);
  if (action === "remove") {
    const items = value.kind === "list" ? value.items : [value];
    return items.flatMap((item): Edit[] => {
      const path = pathOf(scalarName(item), context);
      return path ? [{ kind: "edit", action, path, span: item.span }] : [];
    });
  }
  if (action === "insert") {
    const items = value.kind === "list" ? value.items : [value];
    return items.flatMap((item) => insertionOf(unseen(item), context));
  }
  if (action !== "replace" && action !== "append") return undefined;
  return labelsOf(unseen(value), context).flatMap((entry): Edit[] => {
    const path = pathOf(entry.key, context);
    const span = between(entry.key.span, entry.value.span);
    if (!path) return [];
    const block = action === "replace" ? replacedBlock(path, entry, known, context) : undefined;
    if (block) return [{ kind: "edit", action, ...block, span }];
    return [{ kind: "edit", action, path, value: yamlValue(entry.value, context), span }];
  });
}

function editListOf(node: YamlNode, known: Vocabulary, context: YamlContext): readonly Edit[] {
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item) => {
    const only = item.kind === "map" && item.entries.length === 1 ? item.entries[0]! : undefined;
    const edits = only && only.key.text !== "edits" ? editsOf(only, known, context) : undefined;
    if (!edits) misshapen(item, "a map with one of `replace`, `append`, `insert` and `remove`", context);
    return edits ?? [];
  });
}

/** The block that the vocabulary has at `path`; a label is no part of the path then. */
function replacedBlock(
  path: readonly Name[],
  entry: YamlEntry,
  known: Vocabulary,
  context: YamlContext,
): Pick<Edit, "path" | "block"> | undefined {
  let inside: Vocabulary | undefined = known;
  for (let index = 0; index < path.length; index++) {
    const word: string = path[index]!.text;
    const labelled: boolean = inside?.labelled?.includes(word) ?? false;
    inside = own(inside?.blocks, word);
    if (!inside) return undefined;
    const left = path.length - index - 1;
    if (left > (labelled ? 1 : 0)) {
      if (labelled) index++;
      continue;
    }
    const label = labelled ? path[index + 1] : undefined;
    if (labelled && !label) return undefined;
    const block = blockOf(path[index]!, label, entry, inside, context);
    return { path: path.slice(0, index + 1), block };
  }
  return undefined;
}

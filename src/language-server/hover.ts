/** What an editor shows of the thing under the cursor: shapes and costs of layers, the catalogue's texts of keys. */
import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import type { Kind } from "../check/kinds.ts";
import { textOf } from "../check/values.ts";
import { placeOf } from "../diagnostics/render.ts";
import type { Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";
import type { Block, Module, Setting } from "../syntax/ast.ts";
import {
  anyComponent,
  componentFor,
  componentText,
  paragraphs,
  parameterText,
  sectionText,
} from "./catalog-text.ts";
import type { Costs } from "./costs.ts";
import { type Declared, occurrencesIn } from "./names.ts";
import { levelsText, type PartsOf, partText, sourceText } from "./parts-hover.ts";
import { rangeOf, touches } from "./ranges.ts";
import { type BlockHead, mergedAt, sectionOf, settingKey } from "./sections.ts";
import { usesText } from "./shape-text.ts";
import { isKind, type Node, nodesAt } from "./tree.ts";
import type { Use } from "./uses.ts";
import type { Snapshot } from "./workspace.ts";

/** `costs` are those of the snapshot's models. */
export function hover(snapshot: Snapshot, position: Position, costs: Costs): Hover | undefined {
  const offset = snapshot.text.offsetAt(position);
  const chain = nodesAt(snapshot.tree, offset);
  const found = keyHover(chain, offset, snapshot, costs) ?? wordHover(chain, offset, snapshot, costs);
  if (!found?.text) return undefined;
  return {
    contents: { kind: MarkupKind.Markdown, value: found.text },
    range: rangeOf(found.span, snapshot.text),
  };
}

interface Found {
  readonly span: Span;
  readonly text: string;
}

export const blocksOf = (chain: readonly Node[]): readonly Block[] =>
  chain.filter((node): node is Block => isKind(node, "block"));

export const headOf = ({ keyword, label, type }: Block): BlockHead => ({
  keyword: keyword.text,
  label: label?.text,
  type: type?.text,
});

/** The cursor on a key, on the keyword of a block, on the type of a head or on the maps that a block stands on. */
function keyHover(
  chain: readonly Node[],
  offset: number,
  snapshot: Snapshot,
  costs: Costs,
): Found | undefined {
  const { catalog, analysis } = snapshot;
  const blocks = blocksOf(chain);
  const section = sectionOf(blocks.map(headOf), catalog, analysis.specs);
  const parts = partsAround(blocks, snapshot, costs);
  const block = blocks.at(-1);
  const word = block && [block.keyword, block.type].find((each) => each && touches(each.span, offset));
  if (word && section) {
    const part = partText(pathOf(blocks), parts);
    return { span: word.span, text: paragraphs(part, sectionText(word.text, section)) };
  }
  const levels = block && levelsText(block, chain, offset, parts.models);
  if (levels) return levels;
  const entry = chain.find((node) => isKind(node, "setting", "edit"));
  if (!isKind(entry, "setting", "edit")) return undefined;
  const at = entry.path.findIndex(({ span }) => touches(span, offset));
  const key = entry.path[at];
  const path = entry.path.slice(0, at + 1).map(({ text }) => text);
  const found = settingKey(blocks.map(headOf), path, catalog, analysis.specs);
  if (!key || !found) return undefined;
  const history = entry.kind === "setting" ? historyText(entry, blocks, snapshot) : undefined;
  const text = parameterText(path.at(-1)!, found.parameter, found.section.source);
  return { span: key.span, text: paragraphs(partText(pathOf(blocks, path), parts), text, history) };
}

/** What the paths of layers in a block begin with. */
const pathOf = ([, ...inner]: readonly Block[], path: readonly string[] = []): string =>
  [...inner.map(({ label, keyword }) => label?.text ?? keyword.text), ...path].join(".");

const partsAround = ([root]: readonly Block[], { models }: Snapshot, costs: Costs): PartsOf => ({
  models: models.filter(({ name }) => root?.keyword.text === "model" && name === (root.label?.text ?? "")),
  costs,
});

/** Where the value that this one takes the place of was set. */
function historyText(setting: Setting, blocks: readonly Block[], { analysis }: Snapshot): string | undefined {
  const [root, ...inner] = blocks.map(headOf);
  const spec = analysis.specs.find(({ model }) => model.label?.text === root?.label);
  const block = spec && mergedAt(spec.model, inner);
  const name = setting.path[0]!.text;
  const merged = block?.entries.find((entry) => entry.kind === "setting" && entry.name.text === name);
  if (merged?.kind !== "setting" || merged.history.length === 0) return undefined;
  return merged.history.map((span) => `Before: \`${textOf(span)}\` at ${placeOf(span)}`).join("\n\n");
}

/** The cursor in a value, or in the body of a network. */
function wordHover(
  chain: readonly Node[],
  offset: number,
  snapshot: Snapshot,
  costs: Costs,
): Found | undefined {
  const argument = argumentHover(chain, offset, snapshot);
  if (argument) return argument;
  const word = wordAt(chain, offset);
  if (!word) return undefined;
  const { tree, analysis, uses, catalog } = snapshot;
  const symbol = occurrencesIn(tree, analysis.declarations).find(({ span }) => touches(span, offset))?.symbol;
  const built = builtAt(chain, word.span);
  const shapes = usesText(
    uses.filter((use) => isAt(use.span, built)),
    costs,
  );
  const component = symbol ? undefined : componentFor(kindAround(chain, snapshot), word.text, catalog);
  const about = symbol ? symbolText(symbol, snapshot, shapes, costs) : component && componentText(component);
  const part = shapes ?? partAround(chain, word, symbol, partsAround(blocksOf(chain), snapshot, costs));
  return { span: word.span, text: paragraphs(part, about) };
}

/** A layer is built where the call or the name as a whole stands, an addition where its terms do; `as` names it. */
function builtAt(chain: readonly Node[], word: Span): Span {
  const around = chain.at(-2);
  if (isKind(around, "call") && isAt(around.callee.span, word)) return around.span;
  return around && "as" in around && around.as && isAt(around.as.span, word) ? around.value.span : word;
}

/** The part of the model that the word gives, by its label or by the key whose value it is in. */
function partAround(
  chain: readonly Node[],
  { text, span }: Word,
  symbol: Declared | undefined,
  parts: PartsOf,
): string | undefined {
  const blocks = blocksOf(chain);
  const { label } = blocks.at(-1) ?? {};
  if (label && isAt(label.span, span)) return partText(pathOf(blocks), parts);
  const setting = chain.find((node) => isKind(node, "setting"));
  if (symbol || !isKind(setting, "setting")) return undefined;
  const path = setting.path.map((each) => each.text);
  if (path.at(-1) === "from") return sourceText(text, parts);
  const isWhole = isAt(setting.value.span, chain.at(-2) === setting ? span : (chain.at(-2)?.span ?? span));
  return path.at(-1) === "pool" && isWhole ? partText(pathOf(blocks, path), parts) : undefined;
}

const isAt = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end;

interface Word {
  readonly text: string;
  readonly span: Span;
}

function wordAt(chain: readonly Node[], offset: number): Word | undefined {
  const node = chain.at(-1);
  if (!node) return undefined;
  if (isKind(node, "name")) return { text: node.name, span: node.span };
  if (isKind(node, "binary")) return { text: node.operator, span: node.span };
  if ("text" in node && touches(node.span, offset)) return { text: node.text, span: node.span };
  return undefined;
}

/** The name of an argument, described by whom it is given to. */
function argumentHover(
  chain: readonly Node[],
  offset: number,
  { catalog, analysis }: Snapshot,
): Found | undefined {
  const argument = chain.findLast((node) => "value" in node && "name" in node && !("kind" in node));
  const call = chain.findLast((node) => isKind(node, "call"));
  if (!argument || !("name" in argument) || !isKind(call, "call")) return undefined;
  const name = argument.name;
  if (typeof name !== "object" || !touches(name.span, offset)) return undefined;
  const module = analysis.declarations.modules.get(call.callee.text);
  const declared = module?.parameters.find((parameter) => parameter.name.text === name.text);
  if (declared) return { span: name.span, text: code(textOf(declared.span)) };
  const component = anyComponent(call.callee.text, catalog);
  const parameter = own(component?.parameters, name.text);
  return parameter && { span: name.span, text: parameterText(name.text, parameter, component?.source) };
}

function kindAround(chain: readonly Node[], { catalog, analysis }: Snapshot): Kind | undefined {
  const setting = chain.find((node) => isKind(node, "setting"));
  if (!isKind(setting, "setting")) return undefined;
  const path = setting.path.map(({ text }) => text);
  return settingKey(blocksOf(chain).map(headOf), path, catalog, analysis.specs)?.parameter.kind;
}

const code = (text: string): string => `\`\`\`rcnn\n${text}\n\`\`\``;

/** `shapes` are told already, of the place itself. */
function symbolText(
  symbol: Declared,
  { analysis, uses, calls }: Snapshot,
  shapes: string | undefined,
  costs: Costs,
): string {
  const { modules, constants, models } = analysis.declarations;
  const module = modules.get(symbol.name);
  switch (symbol.kind) {
    case "network":
    case "block": {
      const isMeant = (use: Use) => use.module !== undefined && isAt(use.module, symbol.span);
      const called = shapes === undefined ? usesText(calls.filter(isMeant), costs) : undefined;
      return paragraphs(code(moduleHead(module!)), module!.documentation, called);
    }
    case "constant":
      return code(textOf(constants.get(symbol.name)!.span));
    case "model":
      return paragraphs(code(`model ${symbol.name}`), models.get(symbol.name)?.documentation);
    case "binding":
    case "result": {
      const bound = shapes === undefined ? usesText(uses.filter((use) => isAt(use.span, symbol.span))) : "";
      return paragraphs(code(`${symbol.name} = ...`), bound);
    }
    default:
      return `${symbol.kind} \`${symbol.name}\``;
  }
}

/** The declaration without its body. */
export function moduleHead({ span, body }: Module): string {
  return textOf({ ...span, end: body.span.start }).trim();
}

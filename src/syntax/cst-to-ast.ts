/** From concrete trees of documents, blocks and modules to the syntax tree. */
import type { CstNode, IToken } from "chevrotain";
import {
  type Block,
  type Declaration,
  type Edit,
  type Entry,
  type Module,
  type Name,
  type Parameter,
  pathText,
  type Setting,
  type Use,
} from "./ast.ts";
import type { Context } from "./context.ts";
import { child, children, isWhole, nameOf, nodeSpan, token, tokenSpan, tokens } from "./cst.ts";
import { bodyOf, choiceOf, expressionOf, operationOf } from "./cst-to-expression.ts";
import { isSound, textOf } from "./literals.ts";

/** `///` comments by the offset of the token behind them. */
type Documentation = ReadonlyMap<number, readonly IToken[]>;

/** Nothing for one in which the parser had to recover: what is wrong with it has been reported. */
export function declarationOf(
  node: CstNode,
  documentation: Documentation,
  context: Context,
): Use | Declaration | undefined {
  const use = child(node, "use");
  const module = child(node, "module");
  const statement = child(node, "statement");
  if (use && isWhole(use, context)) return useOf(use, context);
  if (module && isWhole(module, context)) return moduleOf(module, documentation, context);
  return statement && statementOf(statement, documentation, context)[0];
}

/** Nothing where the text itself is broken, so that no file is looked for under a wrong name. */
function useOf(node: CstNode, context: Context): Use | undefined {
  const text = token(node, "Text")!;
  return isSound(text) ? { kind: "use", path: textOf(text), span: tokenSpan(text, context) } : undefined;
}

const documented = (first: IToken, documentation: Documentation): { documentation?: string } => {
  const lines = documentation.get(first.startOffset);
  if (!lines) return {};
  return { documentation: lines.map(({ image }) => image.replace(/^\/\/\/ ?/, "").trimEnd()).join("\n") };
};

/** The one setting or block of `node`, or nothing where it is broken. */
function statementOf(
  node: CstNode,
  documentation: Documentation,
  context: Context,
): readonly (Setting | Block)[] {
  const setting = child(node, "setting");
  const block = child(node, "block");
  const first = token(node, "Identifier");
  if (!first || first.isInsertedInRecovery) return [];
  if (setting) return isWhole(setting, context) ? [settingOf(first, setting, context)] : [];
  if (!block || !headIsWhole(block, context)) return [];
  return [blockOf(first, block, documentation, context)];
}

function headIsWhole(block: CstNode, context: Context): boolean {
  const head = [...children(block, "label"), ...children(block, "on")];
  const brace = token(block, "LeftBrace");
  return head.every((part) => isWhole(part, context)) && brace !== undefined && !brace.isInsertedInRecovery;
}

/** `first` is the name before what `setting` holds. */
export function settingOf(first: IToken, setting: CstNode, context: Context): Setting {
  const value = expressionOf(child(setting, "expression")!, context);
  const path = [nameOf(first, context), ...stepsOf(setting, context)];
  return {
    kind: "setting",
    path,
    value,
    span: context.at(first.startOffset, setting.location!.endOffset! + 1),
  };
}

function blockOf(keyword: IToken, node: CstNode, documentation: Documentation, context: Context): Block {
  const label = child(node, "label");
  const type = token(node, "type");
  const on = child(node, "on");
  const base = token(node, "extends");
  return {
    kind: "block",
    keyword: nameOf(keyword, context),
    ...(label && { label: labelOf(label, context) }),
    ...(type && { type: nameOf(type, context) }),
    ...(on && { on: operationOf(on, context) }),
    ...(base && { extends: nameOf(base, context) }),
    entries: entriesOf(node, documentation, context),
    ...documented(keyword, documentation),
    span: context.at(keyword.startOffset, (node.location!.endOffset ?? keyword.endOffset!) + 1),
  };
}

function labelOf(node: CstNode, context: Context): Name {
  const text = token(node, "Text");
  if (text) return { text: textOf(text), span: nodeSpan(node, context) };
  return { text: pathText(pathOf(child(node, "path")!, context)), span: nodeSpan(node, context) };
}

const pathOf = (node: CstNode, context: Context): readonly Name[] => [
  nameOf(token(node, "Identifier")!, context),
  ...stepsOf(node, context),
];

/** Names behind dots, and `[2]` with its brackets. */
const stepsOf = (node: CstNode, context: Context): readonly Name[] =>
  children(node, "step").map((step) => {
    const word = (token(step, "Identifier") ?? token(step, "Number"))!;
    return token(step, "IndexOpen")
      ? { text: `[${word.image}]`, span: nodeSpan(step, context) }
      : nameOf(word, context);
  });

const namesOf = (node: CstNode, context: Context): readonly Name[] =>
  tokens(node, "Identifier").map((part) => nameOf(part, context));

/** Those that are whole, of a block or of a file of changes. */
export const entriesOf = (node: CstNode, documentation: Documentation, context: Context): readonly Entry[] =>
  children(node, "entry").flatMap((entry) => entryOf(entry, documentation, context));

function entryOf(node: CstNode, documentation: Documentation, context: Context): readonly Entry[] {
  const statement = child(node, "statement");
  if (statement) return statementOf(statement, documentation, context);
  const edit = child(node, "edit");
  return edit && isWhole(edit, context) ? [editOf(edit, documentation, context)] : [];
}

const actions = { replacement: "replace", addition: "append", insertion: "insert" } as const;

function editOf(node: CstNode, documentation: Documentation, context: Context): Edit {
  const rule = (["replacement", "addition", "insertion"] as const).find((name) => child(node, name));
  const inner = rule ? child(node, rule)! : node;
  const path = pathOf(child(inner, "path")!, context);
  const value = child(inner, "expression");
  const block = child(inner, "block");
  const [first] = tokens(child(inner, "path")!, "Identifier");
  const side = token(inner, "Before") ? "before" : "after";
  return {
    kind: "edit",
    action: rule ? actions[rule] : "remove",
    path,
    ...(value && { value: expressionOf(value, context) }),
    ...(block && {
      block: { ...blockOf(first!, block, documentation, context), keyword: path[path.length - 1]! },
    }),
    ...(rule === "insertion" && { side }),
    span: nodeSpan(node, context),
  };
}

function moduleOf(node: CstNode, documentation: Documentation, context: Context): Module {
  const first = token(node, "Network") ?? token(node, "Block")!;
  const list = child(node, "parameterList");
  const on = child(node, "on");
  const results = child(node, "results");
  return {
    kind: "module",
    form: token(node, "Network") ? "network" : "block",
    name: nameOf(token(node, "Identifier")!, context),
    parameters: list ? children(list, "parameter").map((each) => parameterOf(each, context)) : [],
    ...(on && { on: namesOf(on, context) }),
    ...(results && { results: namesOf(results, context) }),
    body: bodyOf(child(node, "body")!, context),
    ...documented(first, documentation),
    span: nodeSpan(node, context),
  };
}

function parameterOf(node: CstNode, context: Context): Parameter {
  const value = child(node, "expression");
  return {
    name: nameOf(token(node, "Identifier")!, context),
    type: choiceOf(child(node, "choice")!, context),
    ...(value && { default: expressionOf(value, context) }),
    span: nodeSpan(node, context),
  };
}

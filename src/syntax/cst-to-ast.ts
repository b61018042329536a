/** From concrete trees of documents, blocks and modules to the syntax tree. */
import type { CstNode, IToken } from "chevrotain";
import type { Block, Declaration, Edit, Entry, Module, Name, Parameter, Setting, Use } from "./ast.ts";
import type { Context } from "./context.ts";
import { child, children, isWhole, nameOf, nodeSpan, token, tokenSpan, tokens } from "./cst.ts";
import { bodyOf, choiceOf, expressionOf, operationOf } from "./cst-to-expression.ts";
import { isSound, textOf } from "./literals.ts";

/** `///` comments by the offset of the token behind them. */
type Documentation = ReadonlyMap<number, string>;

/** Parts in which the parser had to recover are left out: what is wrong with them has been reported. */
export function documentParts(
  node: CstNode,
  documentation: Documentation,
  context: Context,
): { uses: readonly Use[]; declarations: readonly Declaration[] } {
  const uses: Use[] = [];
  const declarations: Declaration[] = [];
  for (const declaration of children(node, "declaration")) {
    const use = child(declaration, "use");
    const module = child(declaration, "module");
    const statement = child(declaration, "statement");
    if (use && isWhole(use)) uses.push(...useOf(use, context));
    else if (module && isWhole(module)) declarations.push(moduleOf(module, documentation, context));
    else if (statement) declarations.push(...statementOf(statement, documentation, context));
  }
  return { uses, declarations };
}

/** Nothing where the text itself is broken, so that no file is looked for under a wrong name. */
function useOf(node: CstNode, context: Context): readonly Use[] {
  const text = token(node, "Text")!;
  if (!isSound(text)) return [];
  return [{ kind: "use", path: textOf(text), span: tokenSpan(text, context) }];
}

const documented = (first: IToken, documentation: Documentation): { documentation?: string } => {
  const text = documentation.get(first.startOffset);
  return text === undefined ? {} : { documentation: text };
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
  if (setting) return isWhole(setting) ? [settingOf(first, setting, context)] : [];
  if (!block || !headIsWhole(block)) return [];
  return [blockOf(first, block, documentation, context)];
}

function headIsWhole(block: CstNode): boolean {
  const head = [...children(block, "label"), ...children(block, "on")];
  const brace = token(block, "LeftBrace");
  return head.every(isWhole) && brace !== undefined && !brace.isInsertedInRecovery;
}

/** `first` is the name before what `setting` holds. */
export function settingOf(first: IToken, setting: CstNode, context: Context): Setting {
  const value = expressionOf(child(setting, "expression")!, context);
  const path = [
    nameOf(first, context),
    ...tokens(setting, "Identifier").map((part) => nameOf(part, context)),
  ];
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
    entries: children(node, "entry").flatMap((entry) => entryOf(entry, documentation, context)),
    ...documented(keyword, documentation),
    span: context.at(keyword.startOffset, (node.location!.endOffset ?? keyword.endOffset!) + 1),
  };
}

function labelOf(node: CstNode, context: Context): Name {
  const text = token(node, "Text");
  if (text) return { text: textOf(text), span: nodeSpan(node, context) };
  return {
    text: pathOf(child(node, "path")!, context)
      .map((part) => part.text)
      .join("."),
    span: nodeSpan(node, context),
  };
}

const pathOf = (node: CstNode, context: Context): readonly Name[] =>
  tokens(node, "Identifier").map((part) => nameOf(part, context));

function entryOf(node: CstNode, documentation: Documentation, context: Context): readonly Entry[] {
  const statement = child(node, "statement");
  if (statement) return statementOf(statement, documentation, context);
  const edit = child(node, "edit");
  return edit && isWhole(edit) ? [editOf(edit, context)] : [];
}

function editOf(node: CstNode, context: Context): Edit {
  const value = child(node, "expression");
  return {
    kind: "edit",
    action: token(node, "Replace") ? "replace" : token(node, "Append") ? "append" : "remove",
    path: pathOf(child(node, "path")!, context),
    ...(value && { value: expressionOf(value, context) }),
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
    ...(on && { on: pathOf(on, context) }),
    ...(results && { results: pathOf(results, context) }),
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

/** From concrete trees of documents, blocks and modules to the syntax tree. */
import type { CstNode, IToken } from "chevrotain";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
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

/** Of one in which the parser had to recover what is known of it, or nothing: what is wrong has been reported. */
export function declarationOf(
  node: CstNode,
  documentation: Documentation,
  context: Context,
): Use | Declaration | undefined {
  const use = child(node, "use");
  const module = child(node, "module");
  const statement = child(node, "statement");
  if (use && isWhole(use, context)) return useOf(use, context);
  if (module)
    return isWhole(module, context)
      ? moduleOf(module, documentation, context)
      : brokenModule(module, context);
  return statement && statementOf(statement, documentation, context)[0];
}

/** Its name, which others may use. */
function brokenModule(node: CstNode, context: Context): Module | undefined {
  const name = token(node, "Identifier");
  if (!name || name.isInsertedInRecovery) return undefined;
  const span = spanFrom(token(node, "Network") ?? token(node, "Block")!, node, context);
  return {
    kind: "module",
    form: token(node, "Network") ? "network" : "block",
    name: nameOf(name, context),
    parameters: [],
    body: { bindings: [], span },
    span,
    isPartial: true,
  };
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

/** The one setting or block of `node`: a hole where it is broken, and nothing where it has no name. */
function statementOf(
  node: CstNode,
  documentation: Documentation,
  context: Context,
): readonly (Setting | Block)[] {
  const setting = child(node, "setting");
  const block = child(node, "block");
  const first = token(node, "Identifier");
  if (!first || first.isInsertedInRecovery) return [];
  if (block && isOpened(block)) return [blockOf(first, block, documentation, context)];
  if (!setting || !isWhole(setting, context)) return [brokenSetting(first, setting, node, context)];
  return [settingOf(first, setting, context)];
}

/** A node that was left half way may have no end. */
function spanFrom(first: IToken, { location }: CstNode, context: Context): Span {
  const { start, end } = tokenSpan(first, context);
  const last = location?.endOffset ?? Number.NaN;
  return context.at(start, Number.isNaN(last) ? end : Math.max(end, last + 1));
}

/** Whether it is certain what its entries are. */
function isOpened(block: CstNode): boolean {
  const brace = token(block, "LeftBrace");
  return brace !== undefined && !brace.isInsertedInRecovery;
}

function brokenSetting(
  first: IToken,
  setting: CstNode | undefined,
  node: CstNode,
  context: Context,
): Setting {
  const span = spanFrom(first, node, context);
  const steps = setting && children(setting, "step").every((step) => isWhole(step, context));
  const path = [nameOf(first, context), ...(steps ? stepsOf(setting, context) : [])];
  return { kind: "setting", path, value: { kind: "hole", span }, span };
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
  const isKnown = (part: CstNode | undefined): part is CstNode => !!part && isWhole(part, context);
  return {
    kind: "block",
    keyword: nameOf(keyword, context),
    ...(isKnown(label) && { label: labelOf(label, context) }),
    ...(type && !type.isInsertedInRecovery && { type: nameOf(type, context) }),
    ...(isKnown(on) && { on: operationOf(on, context) }),
    ...(base && !base.isInsertedInRecovery && { extends: nameOf(base, context) }),
    entries: entriesOf(node, documentation, context),
    ...documented(keyword, documentation),
    span: context.at(keyword.startOffset, (node.location!.endOffset ?? keyword.endOffset!) + 1),
    ...(!context.isSound && isTornItself(keyword, node, context) && { isPartial: true }),
  };
}

/** Whether something in the block, but not in a block inside that is closed, could not be read. */
function isTornItself(keyword: IToken, node: CstNode, { torn }: Context): boolean {
  const inner = children(node, "entry").flatMap((entry) => {
    const [block] = [child(entry, "statement"), child(child(entry, "edit") ?? entry, "replacement")].flatMap(
      (each) => (each ? children(each, "block") : []),
    );
    const [open, close] = block ? [token(block, "LeftBrace"), token(block, "RightBrace")] : [];
    return open && close && !close.isInsertedInRecovery
      ? [[open.startOffset, close.startOffset] as const]
      : [];
  });
  const close = token(node, "RightBrace");
  const end = close && !close.isInsertedInRecovery ? close.startOffset : Number.POSITIVE_INFINITY;
  return (torn?.offsets ?? []).some(
    (at) => keyword.startOffset <= at && at <= end && !inner.some(([from, to]) => from < at && at <= to),
  );
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
  children(node, "step").flatMap((step) => {
    const word = (token(step, "Identifier") ?? token(step, "Number"))!;
    if (token(step, "IndexOpen")) return { text: `[${word.image}]`, span: nodeSpan(step, context) };
    if (token(step, "Number") && !/^[\d.]+$/.test(word.image)) {
      const values = { found: `\`${word.image}\``, expected: "a name or a whole number" };
      context.report(diagnose(syntaxCodes, "syntax/unexpected", values, { span: nodeSpan(step, context) }));
    }
    // Two steps that touch, `.5.6`, look like one number.
    return word.image.split(".").map((text, index, texts) => {
      const start = word.startOffset + texts.slice(0, index).join(".").length + (index > 0 ? 1 : 0);
      return { text, span: context.at(start, start + text.length) };
    });
  });

const namesOf = (node: CstNode, context: Context): readonly Name[] =>
  tokens(node, "Identifier").map((part) => nameOf(part, context));

/** Those that are whole, of a block or of a file of changes. */
export const entriesOf = (node: CstNode, documentation: Documentation, context: Context): readonly Entry[] =>
  children(node, "entry")
    .filter((entry) => context.isSound || !context.torn?.follows(entry.location!.startOffset))
    .flatMap((entry) => entryOf(entry, documentation, context));

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

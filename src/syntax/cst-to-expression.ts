/** From concrete trees of expressions to the syntax tree: literals, calls, pipelines. */
import type { CstNode } from "chevrotain";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { spanning } from "../diagnostics/span.ts";
import { invariant } from "../support/invariant.ts";
import type { Argument, Binding, Body, Expression, Stage } from "./ast.ts";
import { type Context, limits } from "./context.ts";
import { child, children, nameOf, nodeSpan, token, tokenSpan, tokens } from "./cst.ts";
import { literalOf, textOf, unitOf } from "./literals.ts";
import { operationTree, type Piece, type Prefix } from "./operation-tree.ts";

type CallArguments = readonly Argument[];

/** One value, or a pipeline where there are several or where `as` names the one. */
export function expressionOf(node: CstNode, context: Context): Expression {
  const stages = children(node, "stage").map((stage) => stageOf(stage, context));
  const only = stages[0]!;
  if (stages.length === 1 && !only.as) return only.value;
  return { kind: "pipeline", stages, span: nodeSpan(node, context) };
}

function stageOf(node: CstNode, context: Context): Stage {
  const as = token(node, "Identifier");
  return {
    value: operationOf(child(node, "operation")!, context),
    ...(as && { as: nameOf(as, context) }),
    span: nodeSpan(node, context),
  };
}

/** The type of a parameter: one of several, or one. */
export function choiceOf(node: CstNode, context: Context): Expression {
  const options = children(node, "operation").map((option) => operationOf(option, context));
  return options.length === 1 ? options[0]! : { kind: "choice", options, span: nodeSpan(node, context) };
}

export function operationOf(node: CstNode, context: Context): Expression {
  const operators = tokens(node, "Operator");
  if (operators.length > limits.chain) {
    const span = nodeSpan(node, context);
    context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.chain }, { span }));
    return { kind: "hole", span };
  }
  const pieces: Piece[] = children(node, "operand").flatMap((operand, index): Piece[] => {
    const operator = operators[index - 1];
    const prefixes = tokens(operand, "Prefix").map((word): Prefix => {
      return { kind: "prefix", operator: word.image === "-" ? "-" : "not", span: tokenSpan(word, context) };
    });
    const value: Piece = { kind: "operand", value: operandOf(operand, context) };
    return operator ? [{ kind: "operator", text: operator.image }, ...prefixes, value] : [...prefixes, value];
  });
  return operationTree(pieces);
}

function operandOf(node: CstNode, context: Context): Expression {
  const accesses = children(node, "access");
  let target = primaryOf(child(node, "primary")!, context);
  for (const access of accesses.slice(0, limits.chain)) {
    const index = child(access, "expression");
    const span = spanning(target.span, nodeSpan(access, context));
    target = index
      ? { kind: "index", target, index: expressionOf(index, context), span }
      : { kind: "member", target, member: nameOf(token(access, "Identifier")!, context), span };
  }
  if (accesses.length > limits.chain) {
    const { span } = target;
    context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.chain }, { span }));
  }
  return target;
}

function primaryOf(node: CstNode, context: Context): Expression {
  const literal = token(node, "Literal");
  if (literal) return literalOf(literal, context);
  const [rule, [inner]] = Object.entries(node.children)[0] as [string, [CstNode]];
  const span = nodeSpan(inner, context);
  switch (rule) {
    case "reference":
      return referenceOf(inner, context);
    case "group":
      // The span keeps the parentheses, so that the text of the expression is whole.
      return { ...expressionOf(child(inner, "expression")!, context), span };
    case "list":
      return listOf(inner, context);
    case "record":
      return { kind: "record", entries: recordEntries(inner, context), span };
    case "conditional":
      return conditionalOf(inner, context);
    case "repetition":
      return repetitionOf(inner, context);
  }
  invariant(false, `no value is made of the rule ${rule}`);
}

function referenceOf(node: CstNode, context: Context): Expression {
  const callee = nameOf(token(node, "Identifier")!, context);
  const list = child(node, "argumentList");
  if (!list) return { kind: "name", name: callee.text, span: callee.span };
  return { kind: "call", callee, arguments: argumentsOf(list, context), span: nodeSpan(node, context) };
}

const argumentsOf = (node: CstNode, context: Context): CallArguments =>
  children(node, "argument").map((argument) => {
    const name = token(argument, "Identifier");
    return {
      ...(name && { name: nameOf(name, context) }),
      value: expressionOf(child(argument, "expression")!, context),
      span: nodeSpan(argument, context),
    };
  });

function listOf(node: CstNode, context: Context): Expression {
  const items = children(node, "expression").map((item) => expressionOf(item, context));
  const word = token(node, "ListUnit");
  const unit = word && unitOf(word.image, word.startOffset, context);
  if (word && !unit) return { kind: "hole", span: nodeSpan(node, context) };
  return { kind: "list", items, ...(unit && { unit }), span: nodeSpan(node, context) };
}

const recordEntries = (node: CstNode, context: Context) =>
  children(node, "recordEntry").map((entry) => {
    const text = token(entry, "Text");
    const word = (token(entry, "Identifier") ?? token(entry, "Number") ?? text)!;
    const key = nameOf(word, context);
    return {
      key: text ? { ...key, text: textOf(text) } : key,
      value: expressionOf(child(entry, "expression")!, context),
    };
  });

function conditionalOf(node: CstNode, context: Context): Expression {
  const otherwise = child(node, "else");
  const next = child(node, "conditional");
  const result = next && conditionalOf(next, context);
  return {
    kind: "if",
    condition: operationOf(child(node, "operation")!, context),
    // biome-ignore lint/suspicious/noThenProperty: the tree's name for the first branch
    then: bodyOf(child(node, "body")!, context),
    else: result ? { bindings: [], result, span: result.span } : bodyOf(otherwise!, context),
    span: nodeSpan(node, context),
  };
}

function repetitionOf(node: CstNode, context: Context): Expression {
  const index = token(node, "Identifier");
  return {
    kind: "repeat",
    times: operationOf(child(node, "operation")!, context),
    ...(index && { index: nameOf(index, context) }),
    body: bodyOf(child(node, "body")!, context),
    span: nodeSpan(node, context),
  };
}

export function bodyOf(node: CstNode, context: Context): Body {
  const result = child(node, "expression");
  return {
    bindings: children(node, "binding").map((binding) => bindingOf(binding, context)),
    ...(result && { result: expressionOf(result, context) }),
    span: nodeSpan(node, context),
  };
}

function bindingOf(node: CstNode, context: Context): Binding {
  return {
    name: nameOf(token(node, "Identifier")!, context),
    value: expressionOf(child(node, "expression")!, context),
    span: nodeSpan(node, context),
  };
}

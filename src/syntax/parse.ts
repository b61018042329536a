/** `parse`: from the text of a file, an expression or a setting to the syntax tree. */
import type { CstNode, IRecognitionException, IToken } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import * as t from "../../grammar/tokens.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import type { Document, Expression, Setting } from "./ast.ts";
import { type Context, contextOf } from "./context.ts";
import { child, isWhole, token } from "./cst.ts";
import { documentParts, settingOf } from "./cst-to-ast.ts";
import { choiceOf, expressionOf } from "./cst-to-expression.ts";
import { duplicates } from "./duplicates.ts";
import { endOf, readTokens, type Tokens } from "./read-tokens.ts";
import { yamlToDocument } from "./yaml-to-ast.ts";

/** Whether a file of this name holds the YAML form. */
export const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);

/**
 * Reads a whole file, in YAML where its name ends so. Of a text with mistakes the value holds the parts that have
 * none.
 */
export function parse(source: Source): Result<Document> {
  const diagnostics: Diagnostic[] = [];
  const context = contextOf(source, (diagnostic) => diagnostics.push(diagnostic));
  const parts = isYaml(source.name) ? yamlToDocument(source, context, expressionIn) : documentIn(context);
  if (!parts) return { diagnostics };
  const document: Document = { kind: "document", source, ...parts };
  diagnostics.push(...duplicates(document));
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  return { value: document, diagnostics };
}

/** Reads one expression and nothing behind it. */
export function parseExpression(source: Source): Result<Expression> {
  return alone(source, (context) => expressionIn(context, "value"));
}

/** Reads `path = expression`, as it stands behind `--set`. */
export function parseSetting(source: Source): Result<Setting> {
  return alone(source, (context) => {
    const read = run(context, () => parser.assignment());
    return read?.whole
      ? settingOf(token(read.node, "Identifier")!, child(read.node, "setting")!, context)
      : undefined;
  });
}

function alone<T>(source: Source, read: (context: Context) => T | undefined): Result<T> {
  const diagnostics: Diagnostic[] = [];
  const value = read(contextOf(source, (diagnostic) => diagnostics.push(diagnostic)));
  return value === undefined ? { diagnostics } : { value, diagnostics };
}

function documentIn(context: Context) {
  const read = run(context, () => parser.document());
  return read && documentParts(read.node, read.documentation, context);
}

/** The expression, or the type of a parameter, that is the whole text of `context`. */
export function expressionIn(context: Context, as: "value" | "type"): Expression | undefined {
  const read = run(context, () => (as === "value" ? parser.expression() : parser.choice()));
  if (!read?.whole) return undefined;
  return as === "value" ? expressionOf(read.node, context) : choiceOf(read.node, context);
}

/** Runs one rule of the grammar over the text and reports what is wrong with it. */
function run(context: Context, rule: () => CstNode) {
  const read = readTokens(context);
  if (!read?.parsable) return undefined;
  parser.input = read.tokens;
  const node = rule();
  const seen = new Set<IToken>();
  for (const error of parser.errors) {
    if (!seen.has(error.token)) reportError(error, read, context);
    seen.add(error.token);
  }
  return { node, documentation: read.documentation, whole: parser.errors.length === 0 && isWhole(node) };
}

function reportError(error: IRecognitionException, read: Tokens, context: Context): void {
  const expected = error.message;
  const found = error.token;
  if (found.tokenType.name === "EOF") {
    // A bracket that is never closed has been reported at its own place.
    if (read.unclosed) return;
    const end = read.tokens.length > 0 ? endOf(read.tokens.at(-1)!) : context.text.length;
    const span = context.at(end, end);
    context.report(
      diagnose(syntaxCodes, "syntax/unexpected", { found: "the end of the text", expected }, { span }),
    );
    return;
  }
  const span = context.at(found.startOffset, endOf(found));
  const previous = read.tokens[read.tokens.indexOf(found) - 1];
  if (previous?.tokenType === t.Identifier && (found.image === "(" || found.image === "[")) {
    const gap = context.at(endOf(previous), found.startOffset);
    const fixes = [{ title: "remove the space", edits: [{ span: gap, text: "" }] }];
    const values = { name: previous.image, open: found.image };
    context.report(diagnose(syntaxCodes, "syntax/call-space", values, { span, fixes }));
  } else if (t.keywords.includes(found.tokenType) && expected.startsWith("a name")) {
    context.report(diagnose(syntaxCodes, "syntax/reserved-word", { word: found.image, expected }, { span }));
  } else {
    context.report(
      diagnose(syntaxCodes, "syntax/unexpected", { found: `\`${found.image}\``, expected }, { span }),
    );
  }
}

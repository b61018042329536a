/** `parse`: from the text of a file, an expression or a setting to the syntax tree. */
import type { CstNode, IRecognitionException } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import type { Document, Entry, Expression, Setting } from "./ast.ts";
import { freeComments } from "./comments.ts";
import { type Context, contextOf } from "./context.ts";
import { child, token } from "./cst.ts";
import { documentParts, entriesOf, settingOf } from "./cst-to-ast.ts";
import { choiceOf, expressionOf } from "./cst-to-expression.ts";
import { duplicateEntries, duplicates } from "./duplicates.ts";
import { endOf, readTokens, type Tokens } from "./read-tokens.ts";
import { yamlToChanges, yamlToDocument } from "./yaml-to-ast.ts";

/** Whether a file of this name holds the YAML form. */
export const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);

/**
 * Reads a whole file, in YAML where its name ends so. Of a text with mistakes the value holds the parts that have
 * none.
 */
export function parse(source: Source): Result<Document> {
  const diagnostics: Diagnostic[] = [];
  const context = contextOf(source, (diagnostic) => diagnostics.push(diagnostic));
  checkEncoding(context);
  const parts = isYaml(source.name) ? yamlToDocument(context, expressionIn) : documentIn(context);
  if (!parts) return { diagnostics };
  const document: Document = { kind: "document", source, ...parts };
  diagnostics.push(...duplicates(document));
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  return { value: document, diagnostics };
}

/** Readers of files write U+FFFD where the bytes are no text. */
function checkEncoding({ text, at, report }: Context): void {
  const start = text.indexOf("\uFFFD");
  if (start >= 0) report(diagnose(syntaxCodes, "syntax/not-utf8", {}, { span: at(start, start + 1) }));
}

/** Reads one expression and nothing behind it. */
export function parseExpression(source: Source): Result<Expression> {
  return alone(source, (context) => expressionIn(context, "value"));
}

/** Reads `path = expression`, as it stands behind `--set`. */
export function parseSetting(source: Source): Result<Setting> {
  return alone(source, (context) => {
    const read = run(context, () => parser.assignment());
    return read?.isSound
      ? settingOf(token(read.node, "Identifier")!, child(read.node, "setting")!, context)
      : undefined;
  });
}

/** Reads what may stand in a model, in either notation, without the model around it. */
export function parseChanges(source: Source): Result<readonly Entry[]> {
  const result = alone(source, (context) => {
    if (isYaml(source.name)) return yamlToChanges(context, expressionIn);
    const read = run(context, () => parser.changes());
    return read && entriesOf(read.node, read.documentation, { ...context, isSound: read.isSound });
  });
  return { ...result, diagnostics: [...result.diagnostics, ...duplicateEntries(result.value ?? [])] };
}

function alone<T>(source: Source, read: (context: Context) => T | undefined): Result<T> {
  const diagnostics: Diagnostic[] = [];
  const value = read(contextOf(source, (diagnostic) => diagnostics.push(diagnostic)));
  return value === undefined ? { diagnostics } : { value, diagnostics };
}

function documentIn(context: Context) {
  const read = run(context, () => parser.document());
  if (!read) return undefined;
  const parts = documentParts(read.node, read.documentation, { ...context, isSound: read.isSound });
  return { ...parts, comments: freeComments(read, parts.declarations, context) };
}

/** The expression, or the type of a parameter, that is the whole text of `context`. */
function expressionIn(context: Context, as: "value" | "type"): Expression | undefined {
  const read = run(context, () => (as === "value" ? parser.expression() : parser.choice()));
  if (!read?.isSound) return undefined;
  return as === "value" ? expressionOf(read.node, context) : choiceOf(read.node, context);
}

/** Runs one rule of the grammar over the text and reports what is wrong with it. */
function run(context: Context, rule: () => CstNode) {
  const read = readTokens(context);
  if (!read?.parsable) return undefined;
  parser.input = read.tokens;
  const node = rule();
  for (const error of firstOfEachLine(parser.errors)) reportError(error, read, context);
  const { documentation, comments } = read;
  return { node, documentation, comments, isSound: parser.errors.length === 0 };
}

/** What follows an error on its own line is most often its consequence. */
function firstOfEachLine(errors: readonly IRecognitionException[]): readonly IRecognitionException[] {
  const lines = new Set<number | undefined>();
  return errors.filter(({ token: { startLine } }) => {
    if (lines.has(startLine)) return false;
    lines.add(startLine);
    return true;
  });
}

function reportError(
  { message: expected, token: word }: IRecognitionException,
  read: Tokens,
  context: Context,
): void {
  const atEnd = word.tokenType.name === "EOF";
  // A bracket that is never closed has been reported at its own place.
  if (atEnd && read.unclosed) return;
  const end = read.tokens.length > 0 ? endOf(read.tokens.at(-1)!) : context.text.length;
  const span = atEnd ? context.at(end, end) : context.at(word.startOffset, endOf(word));
  const found = atEnd ? "the end of the text" : `\`${word.image}\``;
  context.report(diagnose(syntaxCodes, "syntax/unexpected", { found, expected }, { span }));
}

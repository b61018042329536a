/** `parse`: from the text of a file, an expression or a setting to the syntax tree. */
import type { CstNode, IRecognitionException } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import type { Declaration, Document, Entry, Expression, Setting, Use } from "./ast.ts";
import { freeComments } from "./comments.ts";
import { type Context, contextOf, limits } from "./context.ts";
import { child, token } from "./cst.ts";
import { declarationOf, entriesOf, settingOf } from "./cst-to-ast.ts";
import { choiceOf, expressionOf } from "./cst-to-expression.ts";
import { duplicateEntries, duplicates } from "./duplicates.ts";
import { endOf, readTokens, type Tokens, tooMuch } from "./read-tokens.ts";
import { yamlToChanges, yamlToDocument } from "./yaml-to-ast.ts";

/** Whether a file of this name holds the YAML form. */
export const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);

/**
 * Reads a whole file, in YAML where its name ends so. Of a text with mistakes the value holds the parts that have
 * none.
 */
export function parse(source: Source): Result<Document> {
  const diagnostics: Diagnostic[] = [];
  const context = contextOf(source, firstInto(diagnostics));
  checkEncoding(context);
  const parts = isYaml(source.name) ? yamlToDocument(context, unlessMany(diagnostics)) : documentIn(context);
  if (!parts) return { diagnostics };
  const document: Document = { kind: "document", source, ...parts };
  for (const diagnostic of duplicates(document)) context.report(diagnostic);
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  return { value: document, diagnostics };
}

/** Takes as many mistakes as anybody reads, and says that there are more. */
function firstInto(diagnostics: Diagnostic[]): Context["report"] {
  return (diagnostic) => {
    if (diagnostics.length > limits.mistakes) return;
    const isLast = diagnostics.length === limits.mistakes;
    diagnostics.push(isLast ? tooMuch("The text", "mistakes", limits.mistakes, diagnostic) : diagnostic);
  };
}

/** Reads no further values of a text whose mistakes are not told any more. */
const unlessMany =
  (diagnostics: readonly Diagnostic[]): typeof expressionIn =>
  (context, as) =>
    diagnostics.length > limits.mistakes ? undefined : expressionIn(context, as);

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
  const value = read(contextOf(source, firstInto(diagnostics)));
  return value === undefined ? { diagnostics } : { value, diagnostics };
}

function documentIn(context: Context) {
  const uses: Use[] = [];
  const declarations: Declaration[] = [];
  const read = run(context, ({ documentation }) =>
    parser.document((node) => {
      const isSound = parser.errors.length === 0;
      const part = declarationOf(node, documentation, { ...context, isSound });
      if (part?.kind === "use") uses.push(part);
      else if (part) declarations.push(part);
      // What has become a part of the tree is not needed a second time, and is several times as large.
      for (const name of Object.keys(node.children)) delete node.children[name];
    }),
  );
  return read && { uses, declarations, comments: freeComments(read, declarations, context) };
}

/** The expression, or the type of a parameter, that is the whole text of `context`. */
function expressionIn(context: Context, as: "value" | "type"): Expression | undefined {
  const read = run(context, () => (as === "value" ? parser.expression() : parser.choice()));
  if (!read?.isSound) return undefined;
  return as === "value" ? expressionOf(read.node, context) : choiceOf(read.node, context);
}

/** Runs one rule of the grammar over the text and reports what is wrong with it. */
function run(context: Context, rule: (read: Tokens) => CstNode) {
  const read = readTokens(context);
  if (!read?.parsable) return undefined;
  parser.input = read.tokens;
  const node = rule(read);
  const { errors } = parser;
  parser.input = [];
  for (const error of firstOfEachLine(errors)) reportError(error, read, context);
  const { documentation, comments } = read;
  return { node, documentation, comments, isSound: errors.length === 0 };
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

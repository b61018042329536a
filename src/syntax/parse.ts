/** `parse`: from the text of a file, an expression or a setting to the syntax tree. */
import type { CstNode, IRecognitionException } from "chevrotain";
import { parser } from "../../grammar/parser.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import { aroundMistakes } from "./around-mistakes.ts";
import type { Declaration, Document, Entry, Expression, Setting, Use } from "./ast.ts";
import { freeComments } from "./comments.ts";
import { type Context, contextOf, limits } from "./context.ts";
import { child, children, token } from "./cst.ts";
import { declarationOf, entriesOf, settingOf } from "./cst-to-ast.ts";
import { choiceOf, expressionOf } from "./cst-to-expression.ts";
import { duplicateEntries, duplicates } from "./duplicates.ts";
import { isInside, type ModuleRange, moduleRanges } from "./module-ranges.ts";
import { endOf, readTokens, type Tokens, tooMuch } from "./read-tokens.ts";
import { type Torn, tornBy } from "./torn.ts";
import { entriesWithin, withinCounts } from "./within-counts.ts";
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
  const document: Document = { kind: "document", source, ...withinCounts(parts, context) };
  for (const diagnostic of duplicates(document)) context.report(diagnostic);
  diagnostics.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  return { value: isYaml(source.name) ? aroundMistakes(document, diagnostics) : document, diagnostics };
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
    if (isYaml(source.name)) return entriesWithin(yamlToChanges(context, expressionIn), context);
    const read = run(context, () => parser.changes());
    return read && entriesWithin(entriesOf(read.node, read.documentation, { ...context, ...read }), context);
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
  let isLost = false;
  const { text } = context;
  const read = run(context, ({ documentation, marks, tokens }) => {
    const take = (node: CstNode): void => {
      const isSound = parser.errors.length + marks.length === 0;
      const torn = tornBy(parser.errors, { marks, tokens, text });
      const part = declarationOf(node, documentation, { ...context, isSound, torn });
      if (part?.kind === "use") uses.push(part);
      else if (part) declarations.push(part);
      else isLost = true;
      // What has become a part of the tree is not needed a second time, and is several times as large.
      for (const name of Object.keys(node.children)) delete node.children[name];
    };
    const node = parser.document(take);
    // The text may end in the middle of one.
    for (const left of children(node, "declaration")) if (Object.keys(left.children).length > 0) take(left);
    return node;
  });
  if (!read) return undefined;
  const comments = freeComments(read, declarations, context);
  if (read.isSound) return { uses, declarations, comments };
  return { uses, comments, ...settled(declarations, uses, isLost, read) };
}

/** The declarations of a text with mistakes, without what is left over from a broken network or block. */
function settled(
  declarations: readonly Declaration[],
  uses: readonly Use[],
  isLost: boolean,
  { torn, tokens }: { readonly torn: Torn; readonly tokens: Tokens["tokens"] },
): Pick<Document, "declarations" | "isPartial"> {
  const ranges = moduleRanges(tokens);
  const isIndented = ({ source: { text }, start }: Span): boolean => /[ \t]/.test(text[start - 1] ?? "");
  const own = declarations.filter(({ span }) => !isInside(span.start, ranges) && !isIndented(span));
  const known = [...own, ...uses].map(({ span: { start, end } }) => {
    return ranges.find((range) => range.start === start) ?? { start, end };
  });
  const isCovered = (offset: number): boolean =>
    known.some(({ start, end }) => start <= offset && offset < end);
  return {
    declarations: own.map((each) => withoutTail(each, torn)),
    isPartial: isLost || own.length < declarations.length || !torn.offsets.every(isCovered),
  };
}

/** What stands right behind a constant was not known yet when it was read. */
function withoutTail(each: Declaration, { touches }: Torn): Declaration {
  if (each.kind !== "setting" || !touches(each.span.start, each.span.end)) return each;
  return { ...each, value: { kind: "hole", span: each.value.span } };
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
  const ranges = errors.length > 0 ? moduleRanges(read.tokens) : [];
  const told = errors.filter((error, index) => !isLeftOver(error, index > 0, ranges));
  // What is left over has a cause that was told; where nothing was, it is the cause.
  const all = told.length > 0 || read.marks.length > 0 || read.unclosed ? told : errors.slice(0, 1);
  for (const error of firstOfEachLine(all, read)) reportError(error, read, context);
  const { documentation, comments, tokens } = read;
  const torn = tornBy(errors, { ...read, text: context.text });
  return { node, documentation, comments, tokens, torn, isSound: torn.offsets.length === 0 };
}

/** Whether a declaration is meant to go on here, which the parser gave up before. */
function isLeftOver(
  { token, context: { ruleStack } }: IRecognitionException,
  isLater: boolean,
  ranges: readonly ModuleRange[],
): boolean {
  const isOutside = ruleStack.length === 1 && isLater && token.startColumn! > 1;
  return isOutside || (isInside(token.startOffset, ranges) && !ruleStack.includes("module"));
}

/** What follows an error on its own line is most often its consequence. */
function firstOfEachLine(
  errors: readonly IRecognitionException[],
  { tokens, marks }: Tokens,
): readonly IRecognitionException[] {
  const lines = new Set(
    marks.map((mark) => tokens.findLast((token) => token.startOffset <= mark)?.startLine),
  );
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

/** From text to tokens, with the mistakes that can be seen without a grammar. */
import type { IToken, TokenType } from "chevrotain";
import * as t from "../../grammar/tokens.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose, type Where } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { balance, isBalanced } from "./balance.ts";
import { type Context, limits } from "./context.ts";

export interface Tokens {
  readonly tokens: IToken[];
  /** Whether the parser can go through them. */
  readonly parsable: boolean;
  /** Whether a bracket was reported that has no partner. */
  readonly unclosed: boolean;
  /** Offsets of what is wrong already, but for what is clear nevertheless. */
  readonly marks: readonly number[];
  /** `///` comments, by the offset of the token that follows them, infinite at the end. */
  readonly documentation: ReadonlyMap<number, readonly IToken[]>;
  /** `//` comments. */
  readonly comments: readonly IToken[];
}

const partners: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

export const endOf = (token: IToken): number => token.startOffset + token.image.length;

const startOf = ({ startOffset }: IToken): number => startOffset;

const spanOf = (token: IToken, context: Context): Span => context.at(token.startOffset, endOf(token));

/** Reads `context.text`; undefined where it is too large to look at. */
export function readTokens(context: Context): Tokens | undefined {
  if (!checkSize(context) || !checkWords(context)) return undefined;
  const { tokens, groups, errors } = t.lexer.tokenize(context.text);
  for (const { offset, length } of errors) {
    const text = context.text.slice(offset, offset + length).trim();
    const span = context.at(offset, offset + length);
    context.report(diagnose(syntaxCodes, "syntax/unexpected-character", { text }, { span }));
  }
  const broken = tokens.filter((token) => checkText(token, context));
  checkNeighbours(tokens, context);
  const parsable = isShallow(tokens, context);
  const balanced = !parsable || isBalanced(tokens) ? undefined : balance(tokens, context);
  return {
    tokens: balanced?.tokens ?? tokens,
    parsable,
    unclosed: balanced?.unclosed ?? false,
    marks: [...errors.map(({ offset }) => offset), ...broken.map(startOf), ...(balanced?.marks ?? [])],
    documentation: attach(groups.documentation ?? [], tokens),
    comments: groups.comments ?? [],
  };
}

export function checkSize({ text, at, report }: Context): boolean {
  if (text.length <= limits.size) return true;
  const values = { what: "The text", size: `${text.length} characters`, limit: limits.size };
  report(diagnose(syntaxCodes, "syntax/too-large", values, { span: at(0, 0) }));
  return false;
}

/** How many tokens and comments the lexer would find, as far as the limit: each is a hundred times its text in memory. */
export function wordsOf(text: string): number {
  if (text.length <= 1000) return text.length;
  const word = /\/\/[^\n\r]*|"(?:[^"\\\n\r]|\\.)*"|\w+|[^\s\w]/g;
  let count = 0;
  while (count <= limits.words && word.test(text)) count++;
  return count;
}

function checkWords({ text, at, report }: Context): boolean {
  if (text.length <= limits.words || wordsOf(text) <= limits.words) return true;
  report(tooMuch("The text", "words and marks", limits.words, { span: at(0, 0) }));
  return false;
}

/** Whether there is anything wrong with it. */
function checkText(token: IToken, context: Context): boolean {
  let isWrong = false;
  if (token.tokenType === t.UnterminatedText) {
    const span = context.at(token.startOffset, endOf(token));
    context.report(diagnose(syntaxCodes, "syntax/unterminated-text", {}, { span }));
    return true;
  }
  if (token.tokenType !== t.Text) return false;
  for (const { 0: text, index } of token.image.matchAll(/\\./g)) {
    if ('"\\nt'.includes(text[1]!)) continue;
    const start = token.startOffset + index;
    const span = context.at(start, start + text.length);
    context.report(diagnose(syntaxCodes, "syntax/bad-escape", { escape: text }, { span }));
    isWrong = true;
  }
  return isWrong;
}

/** Takes for what it must be meant as: a word of the language before `=` or `:`, and a `(` or `[` behind a space. */
function checkNeighbours(tokens: readonly IToken[], context: Context): void {
  for (const [index, token] of tokens.entries()) {
    const span = context.at(token.startOffset, endOf(token));
    const next = tokens[index + 1]?.tokenType;
    const previous = tokens[index - 1];
    const isNamed = next === t.Equals || next === t.Colon;
    if (t.keywords.includes(token.tokenType) && isNamed && !endsType(token, previous)) {
      context.report(diagnose(syntaxCodes, "syntax/reserved-word", { word: token.image }, { span }));
      become(token, t.Identifier);
    }
    if (previous?.tokenType !== t.Identifier) continue;
    const before = tokens[index - 2]?.tokenType;
    const isDeclaration = before === t.Network || before === t.BlockWord;
    const meant =
      token.tokenType === t.LeftParenthesis && !isDeclaration
        ? t.CallOpen
        : token.tokenType === t.LeftBracket
          ? t.IndexOpen
          : undefined;
    if (!meant) continue;
    const gap = context.at(endOf(previous), token.startOffset);
    const fixes = [{ title: "remove the space", edits: [{ span: gap, text: "" }] }];
    const values = { name: previous.image, open: token.image };
    context.report(diagnose(syntaxCodes, "syntax/call-space", values, { span, fixes }));
    become(token, meant);
  }
}

/** That there is more of something than anybody writes. */
export const tooMuch = (what: string, of: string, limit: number, where: Where): Diagnostic =>
  diagnose(syntaxCodes, "syntax/too-large", { what, size: `more than ${limit} ${of}`, limit }, where);

/** Whether `none`, `true` or `false` is the last of the type before a default: `norm: layer | none = none`. */
function endsType(token: IToken, previous: IToken | undefined): boolean {
  const is = (word: IToken, category: TokenType): boolean =>
    word.tokenType.CATEGORIES?.includes(category) ?? false;
  if (!previous || !is(token, t.Literal)) return false;
  const marks: readonly TokenType[] = [t.Colon, t.Bar];
  return marks.includes(previous.tokenType) || is(previous, t.Operator) || is(previous, t.Prefix);
}

/** Chevrotain tells tokens apart by both fields. */
function become(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

function attach(
  comments: readonly IToken[],
  tokens: readonly IToken[],
): ReadonlyMap<number, readonly IToken[]> {
  const byToken = new Map<number, IToken[]>();
  let next = 0;
  for (const comment of comments) {
    while (next < tokens.length && tokens[next]!.startOffset < comment.startOffset) next++;
    const start = tokens[next]?.startOffset ?? Number.POSITIVE_INFINITY;
    const before = byToken.get(start);
    if (before) before.push(comment);
    else byToken.set(start, [comment]);
  }
  return byToken;
}

/** Whether the parser can go through them, which recurs. */
function isShallow(tokens: readonly IToken[], context: Context): boolean {
  const open: IToken[] = [];
  let prefixes = 0;
  let elseIfs = 0;
  let outermost = 0;
  for (const [index, token] of tokens.entries()) {
    if (open.length === 0) outermost = index;
    if (index - outermost > limits.group) {
      const where = { span: spanOf(open[0]!, context) };
      context.report(tooMuch("This", "words and marks", limits.group, where));
      return false;
    }
    if (Object.hasOwn(partners, token.image) && token.tokenType !== t.Text) open.push(token);
    else if (open.length > 0 && partners[open.at(-1)!.image] === token.image) open.pop();
    prefixes = token.tokenType === t.Minus || token.tokenType === t.Not ? prefixes + 1 : 0;
    if (token.tokenType === t.Else && tokens[index + 1]?.tokenType === t.If) elseIfs++;
    if (open.length > limits.depth || prefixes > limits.depth || elseIfs > limits.chain) {
      const span = spanOf(token, context);
      context.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.depth }, { span }));
      return false;
    }
  }
  return true;
}

/** Brackets without partners: which they are follows from how the lines stand, so that what is around them is read. */
import type { IToken } from "chevrotain";
import * as t from "../../grammar/tokens.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Context } from "./context.ts";

const closers = { "{": t.RightBrace, "(": t.RightParenthesis, "[": t.RightBracket } as const;
type Opener = keyof typeof closers;

const openerOf = (token: IToken): Opener | undefined =>
  Object.hasOwn(closers, token.image) ? (token.image as Opener) : undefined;

/** The bracket that `token` closes. */
const closed = (token: IToken): Opener | undefined =>
  (Object.keys(closers) as Opener[]).find((opener) => token.tokenType === closers[opener]);

export interface Balanced {
  readonly tokens: IToken[];
  /** Offsets at which brackets were put in or left out. */
  readonly marks: readonly number[];
  /** Whether there is one that nothing closes. */
  readonly unclosed: boolean;
}

interface Open {
  readonly token: IToken;
  readonly opener: Opener;
  /** The column where the line of the bracket begins. */
  readonly indent: number;
}

interface Balancing {
  readonly context: Context;
  readonly tokens: IToken[];
  readonly marks: number[];
  readonly stack: Open[];
  /** How many more of each are opened than closed; below 0 where it is the other way round. */
  readonly missing: Record<Opener, number>;
  unclosed: boolean;
  /** Whether the line belongs to a network or a block, whose values stand in braces too. */
  isInModule: boolean;
}

/** Whether each bracket has its partner. */
export function isBalanced(tokens: readonly IToken[]): boolean {
  const open: Opener[] = [];
  for (const token of tokens) {
    const opener = openerOf(token);
    if (opener) open.push(opener);
    else if (closed(token) && open.pop() !== closed(token)) return false;
  }
  return open.length === 0;
}

/** `tokens` with a bracket for each that is missing and without those that are too many, all of which are reported. */
export function balance(tokens: readonly IToken[], context: Context): Balanced {
  const balancing: Balancing = {
    context,
    tokens: [],
    marks: [],
    stack: [],
    missing: { "{": 0, "(": 0, "[": 0 },
    unclosed: false,
    isInModule: false,
  };
  for (const token of tokens) {
    const [opener, closer] = [openerOf(token), closed(token)];
    if (opener) balancing.missing[opener]++;
    if (closer) balancing.missing[closer]--;
  }
  let [line, indent] = [0, 0];
  for (const token of tokens) {
    const isFirst = token.startLine !== line;
    if (isFirst) [line, indent] = [token.startLine!, token.startColumn!];
    const closer = closed(token);
    if (isFirst && indent === 1 && !closer)
      balancing.isInModule = token.tokenType === t.Network || token.tokenType === t.BlockWord;
    if (isFirst) closeBefore(indent, closer, balancing);
    if (closer) close(token, closer, indent, balancing);
    else balancing.tokens.push(token);
    const opener = openerOf(token);
    if (opener) balancing.stack.push({ token, opener, indent });
  }
  while (balancing.stack.length > 0) putIn(balancing);
  return balancing;
}

/** Whatever a line stands left of ended before it; a bracket at the same column closes what it is the partner of. */
function closeBefore(indent: number, closer: Opener | undefined, balancing: Balancing): void {
  const { stack, missing } = balancing;
  for (let top = stack.at(-1); top && missing[top.opener] > 0; top = stack.at(-1)) {
    const isPartner = closer === top.opener && indent === top.indent;
    if (indent > top.indent || isPartner) return;
    putIn(balancing);
  }
}

function close(token: IToken, closer: Opener, indent: number, balancing: Balancing): void {
  const { stack, missing, tokens } = balancing;
  const top = stack.at(-1);
  if (top && top.opener !== closer) {
    const isDeeper = stack.some(({ opener }) => opener === closer);
    if (isDeeper && (missing[top.opener] > 0 || missing[closer] >= 0)) {
      putIn(balancing);
      close(token, closer, indent, balancing);
    } else {
      leaveOut(token, closer, balancing);
      if (missing[top.opener] > 0) putIn(balancing, false);
    }
    return;
  }
  const isInside = top && indent > top.indent && token.startLine !== top.token.startLine;
  if (isInside && closer === "{" && !balancing.isInModule && missing[closer] < 0)
    leaveOut(token, closer, balancing);
  else {
    // One that closes nothing is for the parser to report.
    if (top) stack.pop();
    tokens.push(token);
  }
}

/** The partner of the innermost open bracket. */
function putIn(balancing: Balancing, isReported = true): void {
  const { context, tokens, marks, stack, missing } = balancing;
  const { token, opener } = stack.pop()!;
  const { startOffset, image } = tokens.at(-1)!;
  const { tokenType: _, ...place } = token;
  const [start, type] = [startOffset + image.length, closers[opener]];
  tokens.push({
    ...place,
    image: type.LABEL!.replaceAll("`", ""),
    tokenType: type,
    tokenTypeIdx: type.tokenTypeIdx!,
    startOffset: start,
    endOffset: start - 1,
    isInsertedInRecovery: true,
  });
  marks.push(token.startOffset + 1);
  missing[opener]--;
  balancing.unclosed = true;
  if (!isReported) return;
  const values = { open: opener, close: type.LABEL!.replaceAll("`", "") };
  const span = context.at(token.startOffset, token.startOffset + 1);
  context.report(diagnose(syntaxCodes, "syntax/unclosed", values, { span }));
}

function leaveOut(token: IToken, closer: Opener, { context, marks, missing, stack }: Balancing): void {
  marks.push(token.startOffset);
  missing[closer]++;
  const top = stack.at(-1);
  const expected = top ? `what stands in the \`${top.opener}\` that is open` : "no bracket here";
  const span = context.at(token.startOffset, token.startOffset + 1);
  const values = { found: `\`${token.image}\``, expected };
  context.report(diagnose(syntaxCodes, "syntax/unexpected", values, { span }));
}

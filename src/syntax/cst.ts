/** Access to Chevrotain's concrete trees. */
import type { CstNode, IToken } from "chevrotain";
import type { Span } from "../diagnostics/span.ts";
import type { Name } from "./ast.ts";
import type { Context } from "./context.ts";
import type { Torn } from "./torn.ts";

export const children = (node: CstNode, rule: string): readonly CstNode[] =>
  (node.children[rule] ?? []) as CstNode[];

export const child = (node: CstNode, rule: string): CstNode | undefined => children(node, rule)[0];

export const tokens = (node: CstNode, type: string): readonly IToken[] =>
  (node.children[type] ?? []) as IToken[];

export const token = (node: CstNode, type: string): IToken | undefined => tokens(node, type)[0];

/** Whether the parser read `node` without having to recover anywhere in it. */
export const isWhole = (node: CstNode, { isSound, torn }: Context): boolean =>
  isSound || (isIntact(node) && !isTorn(node, torn));

function isTorn({ location }: CstNode, torn: Torn | undefined): boolean {
  const { startOffset, endOffset } = location!;
  return endOffset === undefined || (torn?.touches(startOffset, endOffset + 1) ?? false);
}

function isIntact(node: CstNode): boolean {
  if (node.recoveredNode) return false;
  return Object.values(node.children).every((elements) =>
    elements.every((element) => ("children" in element ? isIntact(element) : !element.isInsertedInRecovery)),
  );
}

export const tokenSpan = (word: IToken, context: Context): Span =>
  context.at(word.startOffset, word.startOffset + word.image.length);

export const nodeSpan = (node: CstNode, context: Context): Span =>
  context.at(node.location!.startOffset, node.location!.endOffset! + 1);

export const nameOf = (word: IToken, context: Context): Name => ({
  text: word.image,
  span: tokenSpan(word, context),
});

/** Which comments of a text are no documentation, in either notation. */
import type { IToken } from "chevrotain";
import type { CST } from "yaml";
import type { Comment, Declaration, Entry } from "./ast.ts";
import type { Context } from "./context.ts";
import type { Tokens } from "./read-tokens.ts";

/** Those of a `.rcnn` text; `///` is one of them where no block or module follows it. */
export function freeComments(
  { comments, documentation }: Pick<Tokens, "comments" | "documentation">,
  declarations: readonly Declaration[],
  context: Context,
): readonly Comment[] {
  const documented = new Set(declarations.flatMap(documentedStarts));
  const others = [...documentation].flatMap(([start, words]) => (documented.has(start) ? [] : words));
  const words: readonly IToken[] = [...comments, ...others].sort((a, b) => a.startOffset - b.startOffset);
  return words.map(({ image, startOffset }) => commentAt(image, 2, startOffset, context));
}

function documentedStarts(entry: Declaration | Entry): readonly number[] {
  if (entry.kind === "setting") return [];
  if (entry.kind === "edit") return entry.block?.entries.flatMap(documentedStarts) ?? [];
  const own = entry.documentation === undefined ? [] : [entry.span.start];
  return entry.kind === "block" ? [...own, ...entry.entries.flatMap(documentedStarts)] : own;
}

/** Those of the tokens of a YAML text. */
export function yamlComments(tokens: readonly CST.Token[], context: Context): readonly Comment[] {
  const found: Comment[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const token = node as Partial<CST.SourceToken>;
    if (token.type === "comment") found.push(commentAt(token.source!, 1, token.offset!, context));
    else for (const part of Object.values(node)) visit(part);
  };
  visit(tokens);
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** `mark` is the length of what begins a comment. */
function commentAt(image: string, mark: number, start: number, context: Context): Comment {
  const text = image.trimEnd();
  return { text: text.slice(mark), span: context.at(start, start + text.length) };
}

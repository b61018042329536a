/** Comments as lines of `.rcnn`. */
import { spaces } from "./align.ts";
import type { CommentLine, Trivia } from "./trivia.ts";

/** The comments on lines of their own; a blank line before the first one is for whoever prints what is before. */
export const commentLines = (comments: readonly CommentLine[], indent: number): readonly string[] =>
  comments.flatMap(({ text, gap }, index) => {
    const line = `${spaces(indent)}//${text}`;
    return gap && index > 0 ? ["", line] : [line];
  });

// A comment that begins with `/` would be taken for documentation of what follows it.
const plain = (text: string): string => text.replace(/^\//, " /");

/** A comment, if there is one, at the end of a line; `isLast` where no block follows that it could document. */
export const behind = (comment: string | undefined, isLast = true): string =>
  comment === undefined ? "" : `  //${isLast ? comment : plain(comment)}`;

/** `lines` of a statement with the comments and the documentation before it, and what stands behind it. */
export function withComments(
  lines: string,
  { before, after, gap }: Trivia,
  indent: number,
  documentation: string | undefined = undefined,
  isLast = true,
): readonly string[] {
  const documented = documentation?.split("\n").map((line) => `${spaces(indent)}${`/// ${line}`.trimEnd()}`);
  const own = [...(documented ?? []), lines + behind(after, isLast)];
  const safe = documented
    ? before.map(({ text, gap: apart }) => ({ text: plain(text), gap: apart }))
    : before;
  const comments = commentLines(safe, indent);
  return [...comments, ...(gap && comments.length > 0 ? [""] : []), ...own];
}

/** Whether a blank line parts the statement, with its comments, from what is before it. */
export const isApart = ({ before, gap }: Trivia): boolean => before[0]?.gap ?? gap;

/** The statements with the comments behind the last, and blank lines between them where there were some. */
export function joined(
  statements: readonly { readonly lines: readonly string[]; readonly apart: boolean }[],
  end: readonly CommentLine[],
  indent: number,
): readonly string[] {
  const last = end.length > 0 ? [{ lines: commentLines(end, indent), apart: end[0]!.gap }] : [];
  return [...statements, ...last].flatMap(({ lines, apart }, index) =>
    apart && index > 0 ? ["", ...lines] : lines,
  );
}

/** Comments and blank lines by the part of the document that they stand at. */
import type { Comment, Document } from "./ast.ts";
import { isYaml } from "./parse.ts";
import { type Place, placesOf } from "./places.ts";

/** A line that only a comment stands on. */
export interface CommentLine {
  readonly text: string;
  /** Whether a blank line stands before it. */
  readonly gap: boolean;
}

/** What stands around one part of a document. */
export interface Trivia {
  /** Whether a blank line stands before it, behind its comments. */
  gap: boolean;
  readonly before: CommentLine[];
  /** Behind it, on its last line. */
  after?: string;
  /** Behind the brace that opens it. */
  open?: string;
  /** Behind its last part. */
  readonly end: CommentLine[];
}

/** What is known about the parts of one document, by their identity. */
export type TriviaOf = (node: object) => Trivia;

interface Attaching {
  readonly text: string;
  readonly isYaml: boolean;
  readonly target: "rcnn" | "yaml";
  readonly of: TriviaOf;
}

const nothing = (): Trivia => ({ gap: false, before: [], end: [] });

/** A store of trivia that begins empty. */
export function emptyTrivia(): TriviaOf {
  const known = new Map<object, Trivia>();
  return (node) => {
    const found = known.get(node) ?? nothing();
    known.set(node, found);
    return found;
  };
}

/** `target` is the notation that the document is printed in. */
export function triviaOf(document: Document, target: "rcnn" | "yaml"): TriviaOf {
  const { text, name } = document.source;
  const attaching: Attaching = { text, isYaml: isYaml(name), target, of: emptyTrivia() };
  const root = placesOf(document);
  for (const comment of document.comments) attach(comment, root, attaching);
  setGaps(root, attaching);
  return attaching.of;
}

/** The places around a comment, innermost last. */
function chainTo(comment: Comment, root: Place): readonly Place[] {
  const chain = [root];
  for (;;) {
    const { start, end } = comment.span;
    const next = chain.at(-1)!.parts.find((part) => part.span.start <= start && end <= part.span.end);
    if (!next) return chain;
    chain.push(next);
  }
}

function attach(comment: Comment, root: Place, attaching: Attaching): void {
  const chain = chainTo(comment, root);
  const inner = chain.at(-1)!;
  const before = inner.parts.filter((part) => part.span.end <= comment.span.start).at(-1);
  const after = inner.parts.find((part) => part.span.start >= comment.span.end);
  const place = { chain, before, after };
  if (beginsLine(comment.span.start, attaching.text)) attachLine(comment, place, attaching);
  else if (!attachBehind(comment, place, attaching)) attachLine(comment, place, attaching);
}

interface Surroundings {
  readonly chain: readonly Place[];
  readonly before: Place | undefined;
  readonly after: Place | undefined;
}

/** At the end of a line on which something else stands. */
function attachBehind(
  comment: Comment,
  { chain, before, after }: Surroundings,
  attaching: Attaching,
): boolean {
  const { text, isYaml: inYaml } = attaching;
  const line = lineStart(comment.span.start, text);
  // A list begins with its first item, whose line it is.
  const isList = ({ isResult, span }: Place): boolean => inYaml && !!isResult && text[span.start] === "-";
  const starts = (place: Place): boolean => lineStart(place.span.start, text) === line && !isList(place);
  const ends = ({ span }: Place): boolean => lineStart(Math.max(span.start, span.end - 1), text) === line;
  const candidates: Place[] = [];
  for (let place = before; place; place = place.parts.at(-1)) candidates.push(place);
  const give = (place: Place | undefined): boolean => giveBehind(comment, place, attaching);
  if (inYaml) {
    // The first of its line; a key of a body stands before the places that it holds.
    const around = chain.slice(1).find((place) => place.bears && starts(place));
    if (around) return give(around);
    const isKeyed = after && (after.isResult || (after.opens && !after.bears));
    const isKey =
      isKeyed &&
      /^\s*\w+:\s*$/.test(text.slice(line, comment.span.start)) &&
      isSilent(text.slice(comment.span.end, after.span.start));
    if (isKey) return give(after);
    const bearers = candidates.filter((place) => place.bears);
    return give(bearers.find(starts) ?? bearers.find(ends));
  }
  // Where brackets close what is open it is the widest part that ends here.
  const bearer = candidates.find((place) => mayBear(place, attaching) && ends(place));
  if (bearer) return give(bearer);
  const inner = chain.at(-1)!;
  return !before && starts(inner) && give(inner);
}

/** Behind the last stage of a pipeline a `.rcnn` text may go on. */
const mayBear = ({ bears, isLast }: Place, { target }: Attaching): boolean =>
  bears === true && (!isLast || target === "yaml");

/** Whether there was room for the comment at the end of a line of `place`: that of its brace, if it has one inside. */
function giveBehind(comment: Comment, place: Place | undefined, attaching: Attaching): boolean {
  if (!place || isModule(place)) return false;
  const trivia = attaching.of(place.node);
  const isInside = !(place.span.end <= comment.span.start);
  const slot = place.opens && isInside ? "open" : "after";
  if ((slot === "after" && !mayBear(place, attaching)) || trivia[slot] !== undefined) return false;
  trivia[slot] = comment.text;
  return true;
}

function attachLine(comment: Comment, { chain, before, after }: Surroundings, attaching: Attaching): void {
  const { of, text } = attaching;
  const line: CommentLine = { text: comment.text, gap: hasGap(comment.span.start, text) };
  const inner = chain.at(-1)!;
  const ended = attaching.isYaml ? endedBlock(comment, before, text) : undefined;
  if (ended) of(ended.node).end.push(line);
  else if (after) {
    // Between `return:` and a list is before the first item.
    const isAtList = attaching.isYaml && after.isResult && text[after.span.start] === "-";
    const first =
      isAtList && isSilent(text.slice(comment.span.end, after.span.start)) && after.parts[0]?.parts[0];
    of(bearerOf(first || after, chain).node).before.push(line);
  } else if (inner.closes) of(inner.node).end.push(line);
  else {
    const bearers = chain.filter((place) => place.bears);
    const isGiven = giveBehind(comment, bearers.filter((place) => !place.isLast).at(-1), attaching);
    if (!isGiven) of(bearers.filter((place) => !place.isFirst).at(-1)!.node).before.push(line);
  }
}

const isModule = ({ node }: Place): boolean => (node as { kind?: string }).kind === "module";

/** What stands before the first stage of a pipeline stands before what holds the pipeline. */
function bearerOf(after: Place, chain: readonly Place[]): Place {
  if (after.bears && !after.isFirst) return after;
  // A body, or a call or list that is a part of an operation.
  const first = after.isFirst ? undefined : after.parts[0];
  if (first) return bearerOf(first, [...chain, after]);
  return chain.filter((place) => place.bears && !place.isFirst).at(-1)!;
}

/** In YAML only its indentation says in which of the blocks that end here a comment stands. */
function endedBlock(comment: Comment, before: Place | undefined, text: string): Place | undefined {
  const column = indentOf(comment.span.start, text);
  // Behind a key the comment belongs to what the key holds.
  if (before && !isSilent(text.slice(before.span.end, comment.span.start))) return undefined;
  let found: Place | undefined;
  for (let place = before; place; place = place.parts.at(-1)) {
    // A block begins with its key, a body with what it holds.
    const inside = columnOf(place.span.start, text) + (place.bears ? 1 : 0);
    const isBlock = !/[[{]/.test(text[place.span.start] ?? "");
    if (place.opens && isBlock && inside <= column) found = place;
  }
  return found;
}

/** Whether a text has nothing but comments. */
const isSilent = (text: string): boolean => text.split("\n").every((line) => /^[\s\]},]*(#|$)/.test(line));

function setGaps(place: Place, attaching: Attaching): void {
  const { text, of } = attaching;
  for (const part of place.parts) {
    if (part.bears) of(part.node).gap = hasGap(startOf(part, attaching), text);
    setGaps(part, attaching);
  }
}

/** Where a part begins with what documents it, or with the keyword that stands alone before it. */
function startOf({ node, span }: Place, { text, isYaml }: Attaching): number {
  const { kind, keyword } = node as { kind?: string; keyword?: { span: { start: number; end: number } } };
  if (isYaml && kind === "block" && keyword && /^\s*:\s*$/.test(text.slice(keyword.span.end, span.start)))
    return hasGap(span.start, text) ? span.start : keyword.span.start;
  if (isYaml || (kind !== "block" && kind !== "module")) return span.start;
  let start = lineStart(span.start, text);
  while (
    start > 0 &&
    text
      .slice(lineStart(start - 1, text), start)
      .trimStart()
      .startsWith("///")
  ) {
    start = lineStart(start - 1, text);
  }
  return beginsLine(span.start, text) ? start : span.start;
}

const lineStart = (offset: number, text: string): number => text.lastIndexOf("\n", offset - 1) + 1;

const columnOf = (offset: number, text: string): number => offset - lineStart(offset, text);

/** The column of what stands first on the line of `offset`, behind the dashes of list items. */
const indentOf = (offset: number, text: string): number =>
  /^(?:\s|- )*/.exec(text.slice(lineStart(offset, text), offset))![0].length;

/** Whether nothing but white space stands before it on its line. */
const beginsLine = (offset: number, text: string): boolean =>
  text.slice(lineStart(offset, text), offset).trim() === "";

/** Whether the line before that of `offset` is blank. */
function hasGap(offset: number, text: string): boolean {
  if (!beginsLine(offset, text)) return false;
  const start = lineStart(offset, text);
  return start > 0 && beginsLine(start - 1, text);
}

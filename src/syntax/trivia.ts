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

export function triviaOf(document: Document): TriviaOf {
  const { text, name } = document.source;
  const attaching: Attaching = { text, isYaml: isYaml(name), of: emptyTrivia() };
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
  const { text, of, isYaml: inYaml } = attaching;
  const line = lineStart(comment.span.start, text);
  const starts = ({ span }: Place): boolean => lineStart(span.start, text) === line;
  const ends = ({ span }: Place): boolean => lineStart(Math.max(span.start, span.end - 1), text) === line;
  const candidates: Place[] = [];
  for (let place = before; place; place = place.parts.at(-1)) if (place.bears) candidates.push(place);
  // Where brackets close a block it is the widest part that ends here; in YAML the first of the line.
  const bearer = (inYaml && candidates.find(starts)) || candidates.find(ends);
  if (bearer && of(bearer.node).after === undefined) {
    of(bearer.node).after = comment.text;
    return true;
  }
  const inner = chain.at(-1)!;
  // The key of a body stands before the places that it holds.
  const isKey =
    inYaml && after?.opens && !after.bears && /^\s*\w+:\s*$/.test(text.slice(line, comment.span.start));
  if (isKey && of(after.node).open === undefined) {
    of(after.node).open = comment.text;
    return true;
  }
  if (before || !starts(inner)) return false;
  if (inner.opens && of(inner.node).open === undefined) of(inner.node).open = comment.text;
  else if (inner.bears && !isModule(inner) && of(inner.node).after === undefined)
    of(inner.node).after = comment.text;
  else return false;
  return true;
}

function attachLine(comment: Comment, { chain, before, after }: Surroundings, attaching: Attaching): void {
  const { of, text } = attaching;
  const line: CommentLine = { text: comment.text, gap: hasGap(comment.span.start, text) };
  const inner = chain.at(-1)!;
  const ended = attaching.isYaml ? endedBlock(comment, before, text) : undefined;
  if (ended) of(ended.node).end.push(line);
  else if (after) of(bearerOf(after, chain).node).before.push(line);
  else if (inner.closes) of(inner.node).end.push(line);
  else {
    const bearer = chain.filter((place) => place.bears).at(-1)!;
    if (of(bearer.node).after === undefined) of(bearer.node).after = comment.text;
    else of(bearer.node).before.push(line);
  }
}

const isModule = ({ node }: Place): boolean => (node as { kind?: string }).kind === "module";

/** What stands before the first stage of a pipeline stands before the pipeline. */
function bearerOf(after: Place, chain: readonly Place[]): Place {
  const inner = chain.at(-1)!;
  const isFirst = inner.parts[0] === after && inner.bears && !inner.closes && !isModule(inner);
  const place = isFirst ? inner : after;
  if (place.bears) return place;
  // A body, or a call or list that is a part of an operation.
  const first = place.parts.find((part) => part.span.start >= after.span.start);
  return first ? bearerOf(first, [...chain, place]) : chain.filter((each) => each.bears).at(-1)!;
}

/** In YAML only its indentation says in which of the blocks that end here a comment stands. */
function endedBlock(comment: Comment, before: Place | undefined, text: string): Place | undefined {
  const column = columnOf(comment.span.start, text);
  let found: Place | undefined;
  for (let place = before; place; place = place.parts.at(-1)) {
    const [first] = place.parts;
    const inside = first ? columnOf(first.span.start, text) : columnOf(place.span.start, text) + 1;
    const isBlock = !/[[{]/.test(text[place.span.start] ?? "");
    if (place.opens && isBlock && inside <= column) found = place;
  }
  return found;
}

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

/** Whether nothing but white space stands before it on its line. */
const beginsLine = (offset: number, text: string): boolean =>
  text.slice(lineStart(offset, text), offset).trim() === "";

/** Whether the line before that of `offset` is blank. */
function hasGap(offset: number, text: string): boolean {
  if (!beginsLine(offset, text)) return false;
  const start = lineStart(offset, text);
  return start > 0 && beginsLine(start - 1, text);
}

/** Comments and blank lines by the part of the document that they stand at. */
import type { Comment, Document } from "./ast.ts";
import { type Place, placesOf, slotsIn, startOf } from "./places.ts";
import { assign, type Slot } from "./slots.ts";
import { hasGap, type Written, writtenOf } from "./written.ts";

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
  /** Behind what opens it: a brace, or a key of YAML. */
  open?: string;
  /** Behind its last part. */
  readonly end: CommentLine[];
}

/** What is known about the parts of one document, by their identity. */
export type TriviaOf = (node: object) => Trivia;

/** A store of trivia that begins empty. */
export function emptyTrivia(): TriviaOf {
  const known = new Map<object, Trivia>();
  return (node) => {
    const found = known.get(node) ?? { gap: false, before: [], end: [] };
    known.set(node, found);
    return found;
  };
}

/** Those of a document that is printed as `.rcnn`. */
export function triviaOf(document: Document): TriviaOf {
  const of = emptyTrivia();
  const written = writtenOf(document);
  const root = placesOf(document);
  attach(document.comments, slotsIn(root, written), written, of);
  setGaps(root, written, of);
  return of;
}

/** Gives each comment to the part that it is for. */
export function attach(
  comments: readonly Comment[],
  slots: readonly Slot[],
  written: Written,
  of: TriviaOf,
): void {
  if (comments.length === 0) return;
  assign(comments, slots, written).forEach(({ owner, part }, index) => {
    const { text, span } = comments[index]!;
    const trivia = of(owner);
    if (part === "open" || part === "after") trivia[part] = text;
    else trivia[part].push({ text, gap: hasGap(span.start, written.text) });
  });
}

function setGaps(place: Place, written: Written, of: TriviaOf): void {
  for (const part of place.parts) {
    const { text } = written;
    if (part.before || part.after) {
      const start = startOf(part, written);
      of(part.node).gap = hasGap(part.start, text, written.isYaml && part.isItem) || hasGap(start, text);
    }
    setGaps(part, written, of);
  }
}

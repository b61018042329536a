/** The slots for comments that the fields and items of a YAML form have, by where they stood in the source. */
import type { Span } from "../diagnostics/span.ts";
import type { Slot } from "./slots.ts";
import type { TriviaOf } from "./trivia.ts";
import { braceBefore, columnOf, hasGap, isFlow, pastBrackets, type Written, wordBefore } from "./written.ts";
import {
  isPlainTree,
  partsOf,
  type YamlField,
  type YamlFields,
  type YamlItem,
  type YamlPlace,
  type YamlTree,
} from "./yaml-emit.ts";

type Range = Pick<Span, "start" | "end">;

export const placeAt = ({ start, end }: Range, head = start): YamlPlace => ({ start, head, end });

/** From the first to the last. */
export const rangeOf = (spans: readonly Range[]): Range => ({
  start: Math.min(...spans.map(({ start }) => start)),
  end: Math.max(...spans.map(({ end }) => end)),
});

/**
 * The place of a field that is no part of the syntax tree by that of its value: in YAML its key stands before that or
 * begins it, and `return` and `use` stand before theirs in either notation.
 */
export function keyedPlace(key: string, range: Range, { silent, isYaml }: Written): YamlPlace {
  const { start, end } = range;
  if (isYaml && new RegExp(`^["']?${key}["']?\\s*:`).test(silent.slice(start, start + key.length + 200))) {
    return { start, head: start + key.length, end };
  }
  if (!isYaml) {
    const from = ["return", "use"].includes(key) ? wordBefore(key, start, silent) : start;
    return { start: from, head: start, end };
  }
  let head = pastMark(silent, start);
  while (head > 0 && /[\s"']/.test(silent[head - 1]!)) head--;
  return silent.endsWith(key, head) ? { start: head - key.length, head, end } : placeAt(range);
}

/** Before the colon that stands before a value. */
function pastMark(silent: string, start: number): number {
  let at = start;
  while (at > 0 && /[\s[{"'-]/.test(silent[at - 1]!)) at--;
  return silent[at - 1] === ":" ? at - 1 : start;
}

type Part = YamlItem | YamlField;

/** Where it begins, the brace of a call in YAML included. */
const edgeOf = ({ start }: YamlPlace, isItem: boolean, written: Written): number =>
  isItem ? braceBefore(start, written) : start;

/** All slots of the fields of a document, in the order in which they are printed; comments at its end are at `root`. */
export function yamlSlots(root: YamlFields, written: Written): readonly Slot[] {
  const end = written.text.length;
  const parts = placedParts(root, { start: 0, head: 0, end });
  const inside = parts.length > 0 ? rangeOf(parts.map(({ place }) => place)).end : 0;
  const last = written.isYaml ? pastBrackets(inside, written.silent) : inside;
  return [
    ...slotsOfParts(root, parts, 0, written.isYaml, written),
    { owner: root, part: "end", from: last, to: end, column: written.isYaml ? 0 : undefined, depth: 0 },
  ];
}

interface Placed {
  readonly part: Part;
  readonly place: YamlPlace;
}

/** Those inside `around`, none over another: what an alias of YAML stands for has the place of its anchor. */
function placedParts(tree: YamlTree, around: YamlPlace): readonly Placed[] {
  const placed = partsOf(tree).flatMap((part): Placed[] => {
    const { place } = part;
    return place && around.start <= place.start && place.end <= around.end ? [{ part, place }] : [];
  });
  const ordered = placed.toSorted((a, b) => a.place.start - b.place.start || a.place.end - b.place.end);
  const kept = new Set(
    ordered.filter(({ place }, index) => {
      const next = ordered[index + 1]?.place;
      return !next || place.end <= next.start;
    }),
  );
  return placed.filter((each) => kept.has(each));
}

function slotsOfParts(
  tree: YamlTree,
  parts: readonly Placed[],
  depth: number,
  isBlock: boolean,
  written: Written,
  isInItem = false,
): readonly Slot[] {
  const isItem = tree.kind === "items";
  return parts.flatMap(({ part, place }) => {
    // What stands before the first field of an item stands before the item.
    const hasBefore = !(isInItem && part === partsOf(tree)[0]);
    return slotsOfPart(part, place, { depth, isBlock, isItem, hasBefore }, written);
  });
}

interface Where {
  readonly depth: number;
  readonly isBlock: boolean;
  readonly isItem: boolean;
  readonly hasBefore: boolean;
}

function slotsOfPart(part: Part, place: YamlPlace, where: Where, written: Written): readonly Slot[] {
  const { depth, isBlock, isItem, hasBefore } = where;
  const { silent } = written;
  const start = edgeOf(place, isItem, written);
  const head = Math.min(place.head, isItem ? start : place.head);
  const end = isBlock ? pastBrackets(place.end, silent) : place.end;
  const own = { owner: part, depth };
  const column = isBlock ? columnOf(start, isItem, written) : undefined;
  const before: Slot[] = hasBefore ? [{ ...own, part: "before", from: start, to: start, column }] : [];
  if (isPlainTree(part.value)) return [...before, { ...own, part: "open", from: head, to: end }];
  const parts = placedParts(part.value, place);
  const inside = parts.length > 0 ? rangeOf(parts.map(({ place: each }) => each)) : { start: end, end };
  const inner = isBlock && !isFlow(head, silent);
  const first = parts.find(({ place: each }) => each.start === inside.start)?.place;
  const hasItems = part.value.kind === "items";
  const childColumn =
    inner && first !== undefined ? columnOf(edgeOf(first, hasItems, written), hasItems, written) : undefined;
  const slots = [...before];
  if (!isItem) slots.push({ ...own, part: "open", from: head, to: inside.start });
  slots.push(...slotsOfParts(part.value, parts, depth + 1, inner, written, isItem));
  const last = inner ? pastBrackets(inside.end, silent) : inside.end;
  slots.push({ ...own, depth: depth + 1, part: "end", from: last, to: last, column: childColumn });
  const isLine = !silent.slice(start, end).includes("\n");
  const isShared = "isShared" in part && part.isShared === true;
  if (isLine && !isShared) slots.push({ ...own, part: "after", from: end, to: end });
  return slots;
}

export function setYamlGaps(tree: YamlTree, written: Written, of: TriviaOf): void {
  const isItem = tree.kind === "items";
  for (const part of partsOf(tree)) {
    const { place } = part;
    if (place) of(part).gap = hasGap(edgeOf(place, isItem, written), written.text, isItem);
    setYamlGaps(part.value, written, of);
  }
}

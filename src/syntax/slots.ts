/** Where comments can stand in a printed document, and which of these places each comment gets: the nearest, in order. */
import type { Comment } from "./ast.ts";
import { beginsLine, lineStart, type Written } from "./written.ts";

/** A place for comments; in the source it is anywhere from `from` to `to`. */
export interface Slot {
  readonly owner: object;
  /** `before` and `end` are lines of their own, as many as there are; `open` and `after` are behind something. */
  readonly part: "before" | "open" | "end" | "after";
  readonly from: number;
  readonly to: number;
  /** Of a line of its own in a YAML block. */
  readonly column?: number | undefined;
  /** Parts around it. */
  readonly depth: number;
}

const isLine = ({ part }: Slot): boolean => part === "before" || part === "end";

/** For a line where there was none, the reverse, and for standing before what it then is behind: less than one word. */
const otherStyle = 0.4;
/** Slots that are looked at on either side of a comment. */
const reach = 12;

interface Choice {
  readonly slot: number;
  readonly cost: number;
  readonly before: Choice | undefined;
}

/** A slot for each comment: no two behind the same part, none before that of the comment before it, in all the least moved. */
export function assign(
  comments: readonly Comment[],
  slots: readonly Slot[],
  written: Written,
): readonly Slot[] {
  const sorted = slots.toSorted((a, b) => a.from - b.from);
  let choices: readonly Choice[] = [];
  comments.forEach((comment, index) => {
    const near = candidates(comment.span.start, sorted);
    choices = near.flatMap((slot): Choice[] => {
      const before = cheapestBefore(slot, choices, sorted);
      if (!before && index > 0) return [];
      return [{ slot, cost: (before?.cost ?? 0) + costOf(comment, sorted[slot]!, written), before }];
    });
  });
  const found: Slot[] = [];
  for (let choice = cheapest(choices); choice; choice = choice.before) found.push(sorted[choice.slot]!);
  return found.reverse();
}

const cheapest = (choices: readonly Choice[]): Choice | undefined =>
  choices.reduce<Choice | undefined>(
    (best, choice) => (best && best.cost <= choice.cost ? best : choice),
    undefined,
  );

const cheapestBefore = (slot: number, choices: readonly Choice[], slots: readonly Slot[]) =>
  cheapest(choices.filter((choice) => choice.slot < slot || (choice.slot === slot && isLine(slots[slot]!))));

/** Those around an offset, with one on either side that has room for any number. */
function candidates(offset: number, slots: readonly Slot[]): readonly number[] {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle]!.from <= offset) low = middle + 1;
    else high = middle;
  }
  let [first, last] = [Math.max(0, low - reach), Math.min(slots.length, low + reach)];
  while (first > 0 && !slots.slice(first, low).some(isLine)) first--;
  while (last < slots.length && !slots.slice(low, last).some(isLine)) last++;
  return Array.from({ length: last - first }, (_, index) => first + index);
}

function costOf({ span: { start } }: Comment, slot: Slot, { text, distance, isYaml }: Written): number {
  const moved =
    start < slot.from ? distance(start, slot.from) : start > slot.to ? distance(slot.to, start) : 0;
  const onLine = beginsLine(start, text);
  const isBehind = isLine(slot) || start >= slot.from;
  const style = (onLine === isLine(slot) ? 0 : otherStyle) + (isBehind ? 0 : otherStyle);
  const column = start - lineStart(start, text);
  const indented = onLine && isYaml && slot.column !== undefined ? misplaced(column - slot.column) : 0;
  // Of places that are the same in the text, the outermost.
  return moved + style + indented + slot.depth * 1e-6;
}

/** In YAML only its column says in which of the blocks that end before it a comment stands. */
const misplaced = (columns: number): number =>
  Math.min(0.3, columns > 0 ? 0.01 + 0.02 * columns : 0.02 * -columns);

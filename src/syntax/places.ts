/** The places of a `.rcnn` text that comments can stand at. */
import type {
  Argument,
  Block,
  Body,
  Declaration,
  Document,
  Edit,
  Entry,
  Expression,
  Stage,
  Use,
} from "./ast.ts";
import type { Slot } from "./slots.ts";
import {
  braceBefore,
  columnOf,
  documentedFrom,
  isFlow,
  pastBrackets,
  type Written,
  wordBefore,
} from "./written.ts";

/** A part of the syntax tree that comments stand at or in. */
export interface Place {
  readonly node: object;
  readonly start: number;
  /** Where what opens it ends: its keyword and its name. */
  readonly head: number;
  readonly end: number;
  /** In the order of the text, one behind the other. */
  readonly parts: readonly Place[];
  /** Whether a comment can stand before it, and behind it. */
  readonly before?: boolean;
  readonly after?: boolean;
  /** Whether its parts stand in braces that a comment can stand behind, or in any brackets. */
  readonly opens?: boolean;
  readonly closes?: boolean;
  /** Whether it has a dash in YAML, or a key beside that of its kind. */
  readonly isItem?: boolean;
  readonly isLabelled?: boolean;
  readonly isDocumented?: boolean;
  /** The word that it begins with in `.rcnn` and that is no part of its span. */
  readonly word?: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function placeOf(
  node: object,
  { start, end }: Range,
  parts: readonly Place[],
  more: Partial<Place> = {},
): Place {
  const ordered = parts.toSorted((a, b) => a.start - b.start || a.end - b.end);
  // What an alias of YAML stands for has the place of its anchor, and `input` of a list of layers has none.
  const kept = ordered.filter((part, index) => {
    const next = ordered[index + 1];
    return start <= part.start && part.end <= end && (!next || part.end <= next.start);
  });
  return { head: start, ...more, node, start, end, parts: kept };
}

const borne = { before: true, after: true } as const;
const braced = { opens: true, closes: true } as const;

const headOf = (path: readonly { readonly span: { readonly end: number } }[]): number =>
  path.at(-1)!.span.end;

function statementPlace(entry: Use | Declaration | Entry): Place {
  const { span } = entry;
  switch (entry.kind) {
    case "use":
      return placeOf(entry, span, [], { ...borne, isItem: true, word: "use" });
    case "setting":
      return placeOf(entry, span, valuePlaces(entry.value), { ...borne, head: headOf(entry.path) });
    case "edit":
      return editPlace(entry);
    case "module": {
      const parameters = entry.parameters.map((each) => placeOf(each, each.span, [], borne));
      return placeOf(entry, span, [...parameters, bodyPlace(entry.body)], {
        ...borne,
        isLabelled: true,
        isDocumented: entry.documentation !== undefined,
      });
    }
    case "block":
      return blockPlace(entry, entry);
  }
}

function editPlace(edit: Edit): Place {
  if (edit.block) return blockPlace(edit, edit.block);
  const isItem = edit.action === "insert" || edit.action === "remove";
  const parts = edit.value ? valuePlaces(edit.value) : [];
  return placeOf(edit, edit.span, parts, { ...borne, head: headOf(edit.path), isItem });
}

const blockPlace = (node: Block | Edit, { keyword, label, entries, documentation }: Block): Place =>
  placeOf(node, node.span, entries.map(statementPlace), {
    ...borne,
    ...braced,
    head: (label ?? keyword).span.end,
    isLabelled: label !== undefined,
    isDocumented: documentation !== undefined,
  });

function bodyPlace(body: Body): Place {
  const bindings = body.bindings.map((each) =>
    placeOf(each, each.span, valuePlaces(each.value), { ...borne, head: each.name.span.end }),
  );
  const { result } = body;
  const end = result ? [placeOf(result, result.span, valuePlaces(result), { ...borne, word: "return" })] : [];
  return placeOf(body, body.span, [...bindings, ...end], braced);
}

const partPlace = (part: Argument | Stage, more: Partial<Place>): Place =>
  placeOf(part, part.span, valuePlaces(part.value), { ...borne, ...more });

/** The places in a value that stands where it may be broken into lines. */
function valuePlaces(value: Expression): readonly Place[] {
  const { span } = value;
  switch (value.kind) {
    case "pipeline":
      return value.stages.map((stage, index) => {
        // What stands before and behind all of it stands at what holds it.
        const [before, after] = [index > 0, index < value.stages.length - 1];
        return partPlace(stage, { before, after, isItem: true });
      });
    case "call": {
      const parts = value.arguments.map((each) => partPlace(each, { isItem: !each.name }));
      return [placeOf(value, span, parts, { head: value.callee.span.end, closes: true })];
    }
    case "list": {
      const items = value.items.map((item) =>
        placeOf(item, item.span, valuePlaces(item), { ...borne, isItem: true }),
      );
      return [placeOf(value, span, items, { closes: true })];
    }
    case "record":
      return [placeOf(value, span, value.entries.map(recordPlace), { closes: true })];
    case "binary":
      return [...valuePlaces(value.left), ...valuePlaces(value.right)];
    case "range":
      return [...valuePlaces(value.from), ...valuePlaces(value.to)];
    case "rate":
      return [...valuePlaces(value.value), ...valuePlaces(value.per)];
    case "unary":
      return valuePlaces(value.operand);
    case "index":
    case "member":
      return valuePlaces(value.target);
    case "if":
      return [bodyPlace(value.then), bodyPlace(value.else)];
    case "repeat":
      return [bodyPlace(value.body)];
    default:
      return [];
  }
}

function recordPlace(entry: Extract<Expression, { kind: "record" }>["entries"][number]): Place {
  const { key, value } = entry;
  const span = { start: key.span.start, end: Math.max(key.span.end, value.span.end) };
  return placeOf(entry, span, valuePlaces(value), { ...borne, head: key.span.end });
}

export function placesOf(document: Document): Place {
  const { source, uses, declarations } = document;
  const parts = [...uses, ...declarations].map(statementPlace);
  return placeOf(document, { start: 0, end: source.text.length }, parts, { closes: true });
}

/** Where it begins, the brace of a call in YAML included. */
const edgeOf = ({ start, isItem }: Place, written: Written): number =>
  isItem ? braceBefore(start, written) : start;

/** All slots at `place` and in it, in the order in which they are printed. */
export function slotsIn(
  place: Place,
  written: Written,
  depth = 0,
  isBlock = written.isYaml,
): readonly Slot[] {
  const { node, head, parts, isItem = false } = place;
  const { silent } = written;
  const start = edgeOf(place, written);
  const end = isBlock ? pastBrackets(place.end, silent) : place.end;
  const [first] = parts;
  const isInBrackets =
    place.opens || depth === 0 ? isFlow(head, silent) : /[[{]/.test(silent.slice(head, first?.start));
  const inner = isBlock && !isInBrackets && start === place.start;
  const endColumn = (part: Place) =>
    depth === 0 ? 0 : columnOf(edgeOf(part, written), part.isItem ?? false, written);
  const slots: Slot[] = [];
  if (place.before) {
    const own = isBlock ? columnOf(start, isItem, written) : undefined;
    slots.push({
      owner: node,
      part: "before",
      from: Math.min(start, startOf(place, written)),
      to: start,
      column: own,
      depth,
    });
  }
  const closer = end - (/[\])}]/.test(silent[end - 1] ?? "") ? 1 : 0);
  const opened = { owner: node, from: head, to: first ? first.start : Math.max(head, closer), depth };
  if (place.opens) slots.push({ ...opened, part: "open" });
  for (const part of parts) slots.push(...slotsIn(part, written, depth + 1, inner));
  const inside = parts.at(-1)?.end;
  const last = inside !== undefined && inner ? pastBrackets(inside, silent) : inside;
  if (place.closes) {
    const behind = last === undefined ? opened : { ...opened, from: last, to: last };
    slots.push({
      ...behind,
      part: "end",
      depth: depth + 1,
      column: first && inner ? endColumn(first) : undefined,
    });
  }
  // In YAML the last line of a block is that of its last part.
  const isOpenEnded = first && inner && silent.slice(start, end).includes("\n");
  if (place.after && !isOpenEnded)
    slots.push({ owner: node, part: "after", from: first ? end : head, to: end, depth });
  return slots;
}

/** Where a part begins with what documents it, and with the key that it shares with others in YAML. */
export function startOf(place: Place, written: Written): number {
  const { start, word, isLabelled = false, isDocumented = false } = place;
  if (word && !written.isYaml) return wordBefore(word, start, written.silent);
  if (!written.isYaml) return isDocumented ? documentedFrom(start, written) : start;
  const before = written.silent.slice(Math.max(0, start - 1000), start);
  const key = isLabelled ? /(?<=^|[\n{,])[^\S\n]*\w+\s*:\s*$/.exec(before)?.[0].trimStart() : undefined;
  return start - (key?.length ?? 0);
}

/** The parts of a document that comments belong to, as a tree of places in the text. */
import type { Span } from "../diagnostics/span.ts";
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

export interface Place {
  /** The part of the syntax tree that stands here. */
  readonly node: object;
  readonly span: Span;
  /** Ordered by where they begin, one behind the other. */
  readonly parts: readonly Place[];
  /** Whether a comment can stand before and after it. */
  readonly bears?: true;
  /** Whether its parts stand in braces or brackets, so that a comment can stand behind the last of them. */
  readonly closes?: true;
  /** Whether it is the first or the last stage of a pipeline. */
  readonly isFirst?: boolean;
  readonly isLast?: boolean;
  /** Whether it is what a body returns. */
  readonly isResult?: true;
  /** Whether it is a block or a body, whose opening brace ends a line. */
  readonly opens?: true;
}

const within = (outer: Span, inner: Span): boolean => outer.start <= inner.start && inner.end <= outer.end;

function placeOf(node: object, span: Span, parts: readonly Place[], more: Partial<Place>): Place {
  const ordered = [...parts].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  // What an alias of YAML stands for has the place of its anchor, and `input` of a list of layers has none.
  const kept = ordered.filter((part, index) => {
    const next = ordered[index + 1];
    return within(span, part.span) && (!next || part.span.end <= next.span.start);
  });
  return { node, span, parts: kept, ...more };
}

export function placesOf(document: Document): Place {
  const { source, uses, declarations } = document;
  const span = { source, start: 0, end: source.text.length };
  const parts = [...uses, ...declarations].map(statementPlace);
  return placeOf(document, span, parts, { closes: true });
}

function statementPlace(entry: Use | Declaration | Entry): Place {
  const { span } = entry;
  switch (entry.kind) {
    case "use":
      return placeOf(entry, span, [], { bears: true });
    case "setting":
      return placeOf(entry, span, valuePlaces(entry.value), { bears: true });
    case "edit": {
      if (entry.block) return blockPlace(entry, span, entry.block.entries);
      return placeOf(entry, span, entry.value ? valuePlaces(entry.value) : [], { bears: true });
    }
    case "module": {
      const parameters = entry.parameters.map((each) => placeOf(each, each.span, [], { bears: true }));
      return placeOf(entry, span, [...parameters, bodyPlace(entry.body)], { bears: true });
    }
    case "block":
      return blockPlace(entry, span, entry.entries);
  }
}

const blockPlace = (node: Block | Edit, span: Span, entries: readonly Entry[]): Place =>
  placeOf(node, span, entries.map(statementPlace), { bears: true, closes: true, opens: true });

function bodyPlace(body: Body): Place {
  const bindings = body.bindings.map((each) =>
    placeOf(each, each.span, valuePlaces(each.value), { bears: true }),
  );
  const { result } = body;
  const end = result
    ? [placeOf(result, result.span, valuePlaces(result), { bears: true, isResult: true })]
    : [];
  return placeOf(body, body.span, [...bindings, ...end], { closes: true, opens: true });
}

const partPlace = (part: Argument | Stage, more: Partial<Place> = {}): Place =>
  placeOf(part, part.span, valuePlaces(part.value), { bears: true, ...more });

/** The places in a value that stands where it may be broken into lines. */
function valuePlaces(value: Expression): readonly Place[] {
  const { span } = value;
  switch (value.kind) {
    case "pipeline":
      return value.stages.map((stage, index) =>
        partPlace(stage, { isFirst: index === 0, isLast: index === value.stages.length - 1 }),
      );
    case "call":
      return [
        placeOf(
          value,
          span,
          value.arguments.map((each) => partPlace(each)),
          { closes: true },
        ),
      ];
    case "list": {
      const items = value.items.map((item) => placeOf(item, item.span, valuePlaces(item), { bears: true }));
      return [placeOf(value, span, items, { closes: true })];
    }
    case "record": {
      const entries = value.entries.map((entry) => {
        const whole = { ...entry.key.span, end: Math.max(entry.key.span.end, entry.value.span.end) };
        return placeOf(entry, whole, valuePlaces(entry.value), { bears: true });
      });
      return [placeOf(value, span, entries, { closes: true })];
    }
    case "binary":
      return [...valuePlaces(value.left), ...valuePlaces(value.right)];
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

/** Expressions on one line of `.rcnn`, with brackets only where they are needed. */
import type { Argument, Body, Expression, Stage } from "./ast.ts";
import { heights, prefixHeights } from "./operation-tree.ts";
import { isLiteral, spellKey, spellLiteral } from "./spell.ts";
import type { TriviaOf } from "./trivia.ts";

/** One printing of one document. */
export interface Printing {
  readonly of: TriviaOf;
  /** What expressions are on one line; undefined where a comment inside keeps them from it. */
  readonly flat: Map<Expression, string | undefined>;
}

type Operation = Extract<Expression, { readonly kind: "binary" | "range" | "rate" | "unary" }>;

/** `value` on one line; undefined where it has comments in it. Those around it are for whoever prints it. */
export function flat(value: Expression, printing: Printing): string | undefined {
  if (!printing.flat.has(value)) printing.flat.set(value, flatten(value, printing));
  return printing.flat.get(value);
}

/** The same without the comments, for places that cannot be broken. */
export const flatWithout = (value: Expression): string =>
  flat(value, { of: () => ({ gap: false, before: [], end: [] }), flat: new Map() })!;

/** The pieces joined, or undefined where one of them is. */
const whole = (...pieces: readonly (string | undefined)[]): string | undefined =>
  pieces.includes(undefined) ? undefined : pieces.join("");

const listed = (items: readonly (string | undefined)[], separator: string): string | undefined =>
  items.includes(undefined) ? undefined : items.join(separator);

/** Whether comments stand at `node` itself. */
export function isBare(node: object, { of }: Printing): boolean {
  const { before, after, open, end } = of(node);
  return before.length === 0 && end.length === 0 && after === undefined && open === undefined;
}

function flatten(value: Expression, printing: Printing): string | undefined {
  if (isLiteral(value)) return spellLiteral(value);
  if (printing.of(value).end.length > 0) return undefined;
  const inner = (part: Expression): string | undefined => flat(part, printing);
  switch (value.kind) {
    case "name":
      return value.name;
    case "list":
      return whole(
        "[",
        listed(
          value.items.map((item) => flatItem(item, printing)),
          ", ",
        ),
        "]",
        value.unit ?? "",
      );
    case "record": {
      const entries = value.entries.map((entry) =>
        isBare(entry, printing) ? whole(spellKey(entry.key), " = ", inner(entry.value)) : undefined,
      );
      return entries.length === 0 ? "{}" : whole("{ ", listed(entries, ", "), " }");
    }
    case "call":
      return whole(
        value.callee.text,
        "(",
        listed(
          value.arguments.map((each) => flatArgument(each, printing)),
          ", ",
        ),
        ")",
      );
    case "pipeline":
      return listed(
        value.stages.map((stage) => flatStage(stage, printing)),
        " -> ",
      );
    case "choice":
      return listed(
        value.options.map((option) => operand(option, 0, printing)),
        " | ",
      );
    case "index":
      return whole(target(value.target, printing), "[", inner(value.index), "]");
    case "member":
      return whole(target(value.target, printing), ".", value.member.text);
    case "if":
      return flatConditional(value, printing);
    case "repeat": {
      const index = value.index ? ` as ${value.index.text}` : "";
      return whole("repeat ", operand(value.times, 0, printing), index, " ", flatBody(value.body, printing));
    }
    case "hole":
      return value.span.source.text.slice(value.span.start, value.span.end);
    default:
      return flatOperation(value, printing);
  }
}

/** An item of a list, or what a body returns. */
export const flatItem = (item: Expression, printing: Printing): string | undefined =>
  isBare(item, printing) ? flat(item, printing) : undefined;

export const flatArgument = (argument: Argument, printing: Printing): string | undefined =>
  isBare(argument, printing)
    ? whole(argument.name ? `${argument.name.text} = ` : "", flat(argument.value, printing))
    : undefined;

export function flatStage(stage: Stage, printing: Printing): string | undefined {
  if (!isBare(stage, printing)) return undefined;
  return whole(operand(stage.value, 0, printing), stage.as ? ` as ${stage.as.text}` : "");
}

/** The next condition of a row of them, where `else` holds nothing but it. */
export function elseIf(body: Body, printing: Printing): Extract<Expression, { kind: "if" }> | undefined {
  const { result, bindings } = body;
  const isOnly = result?.kind === "if" && bindings.length === 0;
  return isOnly && isBare(body, printing) && isBare(result, printing) ? result : undefined;
}

function flatConditional(value: Extract<Expression, { kind: "if" }>, printing: Printing): string | undefined {
  const next = elseIf(value.else, printing);
  const otherwise = next ? flat(next, printing) : flatBody(value.else, printing);
  const condition = operand(value.condition, 0, printing);
  return whole("if ", condition, " ", flatBody(value.then, printing), " else ", otherwise);
}

function flatBody(body: Body, printing: Printing): string | undefined {
  if (!isBare(body, printing)) return undefined;
  const statements = body.bindings.map((binding) =>
    isBare(binding, printing) ? whole(binding.name.text, " = ", flat(binding.value, printing)) : undefined,
  );
  if (body.result) statements.push(whole("return ", flatItem(body.result, printing)));
  return statements.length === 0 ? "{}" : whole("{ ", listed(statements, "  "), " }");
}

function flatOperation(value: Operation, printing: Printing): string | undefined {
  const { operator, height, parts } = operationParts(value);
  if (value.kind === "unary") {
    const sign = operator === "not" ? "not " : operator;
    return whole(sign, operand(parts[0]!, height, printing));
  }
  const isTight = operator === ".." ? parts.every(isAtom) : operator === "/" && parts.every(isNumber);
  const between = isTight ? operator : ` ${operator} `;
  return whole(operand(parts[0]!, height, printing), between, operand(parts[1]!, height + 1, printing));
}

/** What a range has no spaces around. */
const isAtom = (value: Expression): boolean =>
  isLiteral(value) || value.kind === "name" || (value.kind === "unary" && isLiteral(value.operand));

/** A fraction such as `1/9` is one number to its reader. */
const isNumber = (value: Expression): boolean => value.kind === "number";

export interface OperationParts {
  readonly operator: string;
  readonly height: number;
  readonly parts: readonly Expression[];
}

export function operationParts(value: Operation): OperationParts {
  switch (value.kind) {
    case "unary":
      return { operator: value.operator, height: prefixHeights[value.operator], parts: [value.operand] };
    case "range":
      return { operator: "..", height: heights[".."]!, parts: [value.from, value.to] };
    case "rate":
      return { operator: "per", height: heights.per!, parts: [value.value, value.per] };
    case "binary":
      return { operator: value.operator, height: heights[value.operator]!, parts: [value.left, value.right] };
  }
}

/** Whether `value` needs brackets where what binds less than `height` does. */
export function needsGroup(value: Expression, height: number): boolean {
  if (value.kind === "pipeline" || value.kind === "choice") return true;
  if (height === 0) return false;
  if (value.kind === "if" || value.kind === "repeat") return true;
  if (!["binary", "range", "rate", "unary"].includes(value.kind)) return false;
  return operationParts(value as Operation).height < height;
}

/** `value` where nothing that binds less than `height` can stand alone. */
export function operand(value: Expression, height: number, printing: Printing): string | undefined {
  const text = flat(value, printing);
  return needsGroup(value, height) ? whole("(", text, ")") : text;
}

/** What an index or a member is taken of. */
export function needsTargetGroup(value: Expression): boolean {
  if (value.kind === "list") return value.unit !== undefined;
  return !["name", "call", "record", "index", "member"].includes(value.kind);
}

function target(value: Expression, printing: Printing): string | undefined {
  const text = flat(value, printing);
  return needsTargetGroup(value) ? whole("(", text, ")") : text;
}

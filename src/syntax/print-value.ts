/** Expressions and bodies of `.rcnn`, broken into lines where one is too short for them. */
import { headWidths, lineWidth, spaces } from "./align.ts";
import type { Argument, Body, Expression, Stage } from "./ast.ts";
import { behind, commentLines, isApart, joined, withComments } from "./print-comments.ts";
import {
  elseIf,
  flat,
  flatArgument,
  flatStage,
  flatWithout,
  isBare,
  needsGroup,
  needsTargetGroup,
  operationParts,
  type Printing,
} from "./print-flat.ts";
import { spellKey } from "./spell.ts";

/** Where a value is printed. */
export interface At {
  /** Column of its first character. */
  readonly column: number;
  /** Column of its last bracket, where it is broken into lines. */
  readonly indent: number;
  /** Columns that what follows it needs on its last line. */
  readonly tail: number;
}

const fits = (line: string, { column, tail }: At): boolean => column + line.length + tail <= lineWidth;

export function printValue(value: Expression, at: At, printing: Printing): string {
  const line = flat(value, printing);
  return line !== undefined && fits(line, at) ? line : broken(value, at, printing);
}

function broken(value: Expression, at: At, printing: Printing): string {
  switch (value.kind) {
    case "list":
      return `[${parts(value, value.items, at, printing)}]${value.unit ?? ""}`;
    case "record":
      return `{${parts(value, value.entries, at, printing)}}`;
    case "call":
      return `${value.callee.text}(${parts(value, value.arguments, at, printing)})`;
    case "pipeline":
      return aligned(value.stages, at, printing) ?? stepped(value.stages, at, printing);
    case "if":
      return conditional(value, at, printing);
    case "repeat": {
      const index = value.index ? ` as ${value.index.text}` : "";
      return `repeat ${alone(value.times)}${index} ${printBody(value.body, at.indent, printing)}`;
    }
    case "index":
      return `${grouped(value.target, needsTargetGroup(value.target), at, printing)}[${flatWithout(value.index)}]`;
    case "member":
      return `${grouped(value.target, needsTargetGroup(value.target), at, printing)}.${value.member.text}`;
    case "binary":
    case "range":
    case "rate":
    case "unary":
      return operation(value, at, printing);
    default:
      return flatWithout(value);
  }
}

/** On one line, where a pipeline needs brackets. */
const alone = (value: Expression): string =>
  needsGroup(value, 0) ? `(${flatWithout(value)})` : flatWithout(value);

const grouped = (value: Expression, inBrackets: boolean, at: At, printing: Printing): string =>
  inBrackets
    ? `(${printValue(value, { ...at, column: at.column + 1, tail: at.tail + 1 }, printing)})`
    : printValue(value, at, printing);

type Part = Argument | Expression | Extract<Expression, { kind: "record" }>["entries"][number];

/** A part of a list, a record or a call: what stands before its value, and that. */
function split(part: Part): readonly [string, Expression] {
  if ("kind" in part) return ["", part];
  if ("key" in part) return [`${spellKey(part.key)} = `, part.value];
  return [part.name ? `${part.name.text} = ` : "", part.value];
}

function flatPart(part: Part, printing: Printing): string | undefined {
  if (!("kind" in part || "key" in part)) return flatArgument(part, printing);
  const [head, value] = split(part);
  const text = isBare(part, printing) ? flat(value, printing) : undefined;
  return text === undefined ? undefined : head + text;
}

/** What stands in brackets: all on a line of its own where it fits there, else a line each. */
function parts(value: Expression, all: readonly Part[], { indent }: At, printing: Printing): string {
  const inner = indent + 2;
  const { end } = printing.of(value);
  const texts = all.map((part) => flatPart(part, printing));
  const line = texts.join(", ");
  const isLine = all.length > 0 && end.length === 0 && !texts.includes(undefined);
  const lines =
    isLine && inner + line.length <= lineWidth
      ? [spaces(inner) + line]
      : [
          ...all.flatMap((part, index) =>
            partLines(part, index < all.length - 1 ? "," : "", inner, printing),
          ),
          ...commentLines(end, inner),
        ];
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n${spaces(indent)}`;
}

function partLines(part: Part, comma: string, indent: number, printing: Printing): readonly string[] {
  const [head, value] = split(part);
  const at = { column: indent + head.length, indent, tail: comma.length };
  const trivia = printing.of(part);
  // What an item of a list has in its brackets is its own.
  const text = spaces(indent) + head + printValue(value, at, printing) + comma;
  return withComments(text, { ...trivia, gap: false }, indent);
}

/** Layers by name alone stay on the line of the layer before them. */
const isName = (stage: Stage, printing: Printing): boolean =>
  stage.value.kind === "name" && printing.of(stage).before.length === 0;

/** All arrows below the first one; undefined where the first stage is not short, or some line too long. */
function aligned(stages: readonly Stage[], at: At, printing: Printing): string | undefined {
  const [first, ...others] = stages as [Stage, ...Stage[]];
  const texts = stages.map((stage) => flatStage(stage, printing));
  if (!isName(first, printing) || others.length < 2 || texts.includes(undefined)) return undefined;
  const arrow = at.column + texts[0]!.length + 1;
  const lines = [""];
  for (const [index, stage] of others.entries()) {
    const text = `-> ${texts[index + 1]}`;
    const isLast = index === others.length - 1;
    const longer = `${lines.at(-1)} ${text}`;
    const stays =
      index === 0 ||
      (isName(stage, printing) && arrow - 1 + longer.length + (isLast ? at.tail : 0) <= lineWidth);
    if (stays) lines[lines.length - 1] = longer;
    else lines.push(` ${text}`);
  }
  const isLong = lines.some(
    (line, index) => arrow - 1 + line.length + (index === lines.length - 1 ? at.tail : 0) > lineWidth,
  );
  return isLong ? undefined : texts[0]! + lines.join(`\n${spaces(arrow - 1)}`);
}

/** Arrows on lines of their own, two columns further in than the statement. */
function stepped(stages: readonly Stage[], at: At, printing: Printing): string {
  const [first, ...others] = stages as [Stage, ...Stage[]];
  const arrow = at.indent + 2;
  const lines = [stageText(first, at, printing) + behind(printing.of(first).after)];
  for (const [index, stage] of others.entries()) {
    const before = [first, ...others][index]!;
    const tail = index === others.length - 1 ? at.tail : 0;
    const line = flatStage(stage, printing);
    const last = lines.at(-1)!;
    const longer = `${last} -> ${line}`;
    const column =
      (index === 0 && lines.length === 1 && !last.includes("\n") ? at.column : 0) + lastLine(longer).length;
    const stays =
      line !== undefined && isName(stage, printing) && isBare(before, printing) && column + tail <= lineWidth;
    if (stays) lines[lines.length - 1] = longer;
    else {
      const place = { column: arrow + 3, indent: arrow + 3, tail };
      lines.push(...commentLines(printing.of(stage).before, arrow));
      lines.push(
        `${spaces(arrow)}-> ${stageText(stage, place, printing)}${behind(printing.of(stage).after)}`,
      );
    }
  }
  return lines.join("\n");
}

const lastLine = (text: string): string => text.slice(text.lastIndexOf("\n") + 1);

function stageText({ value, as }: Stage, at: At, printing: Printing): string {
  const name = as ? ` as ${as.text}` : "";
  return grouped(value, needsGroup(value, 0), { ...at, tail: at.tail + name.length }, printing) + name;
}

function conditional(value: Extract<Expression, { kind: "if" }>, at: At, printing: Printing): string {
  const { indent } = at;
  const next = elseIf(value.else, printing);
  const otherwise = next ? conditional(next, at, printing) : printBody(value.else, indent, printing);
  return `if ${alone(value.condition)} ${printBody(value.then, indent, printing)} else ${otherwise}`;
}

function operation(
  value: Extract<Expression, { kind: "binary" | "range" | "rate" | "unary" }>,
  at: At,
  printing: Printing,
): string {
  const { operator, height, parts: operands } = operationParts(value);
  const [left, right] = operands as [Expression, Expression | undefined];
  if (!right) {
    const sign = operator === "not" ? "not " : operator;
    return (
      sign + grouped(left, needsGroup(left, height), { ...at, column: at.column + sign.length }, printing)
    );
  }
  const start = `${grouped(left, needsGroup(left, height), { ...at, tail: operator.length + 2 }, printing)} ${operator} `;
  const column = (start.includes("\n") ? 0 : at.column) + lastLine(start).length;
  return start + grouped(right, needsGroup(right, height + 1), { ...at, column }, printing);
}

/** A body in braces, a statement a line. */
export function printBody(body: Body, indent: number, printing: Printing): string {
  const inner = indent + 2;
  const { open, end } = printing.of(body);
  const rows = body.bindings.map((binding) => {
    const value = flat(binding.value, printing);
    const rest = value === undefined ? undefined : `= ${value}`;
    return { head: binding.name.text, rest, group: "", gap: isApart(printing.of(binding)) };
  });
  const widths = headWidths(rows, inner);
  const statements = body.bindings.map((binding, index) => {
    const { head, rest } = rows[index]!;
    const width = widths[index];
    const column = inner + head.length + 3;
    const text =
      width === undefined
        ? `${head} = ${printValue(binding.value, { column, indent: inner, tail: 0 }, printing)}`
        : `${head.padEnd(width)} ${rest}`;
    const trivia = printing.of(binding);
    return { lines: withComments(spaces(inner) + text, trivia, inner), apart: isApart(trivia) };
  });
  if (body.result) {
    const word = "return ";
    const at = { column: inner + word.length, indent: inner, tail: 0 };
    const trivia = printing.of(body.result);
    // The comments in the brackets of a list that is returned are printed with it.
    const text = spaces(inner) + word + printValue(body.result, at, printing);
    statements.push({ lines: withComments(text, trivia, inner), apart: isApart(trivia) });
  }
  const lines = joined(statements, end, inner);
  const comment = behind(open);
  if (lines.length === 0 && !comment) return "{}";
  return [`{${comment}`, ...lines, `${spaces(indent)}}`].join("\n");
}

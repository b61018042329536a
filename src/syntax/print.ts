/** `print`: a document as `.rcnn` text in the one form that `rcnn format` gives. */
import { headWidths, lineWidth, type Row, spaces } from "./align.ts";
import { type Block, type Document, type Edit, type Entry, type Module, pathText, type Use } from "./ast.ts";
import { behind, isApart, joined, withComments } from "./print-comments.ts";
import { flat, flatWithout, isBare, needsGroup, operand, type Printing } from "./print-flat.ts";
import { printBody, printValue } from "./print-value.ts";
import { spellLabel, spellText } from "./spell.ts";
import { type TriviaOf, triviaOf } from "./trivia.ts";

export function print(document: Document, of: TriviaOf = triviaOf(document)): string {
  const printing: Printing = { of, flat: new Map() };
  const uses = document.uses.map((use) =>
    statement(use, `use ${spellText(use.path)}`, 0, printing, document.declarations[0]),
  );
  const declarations = printEntries(document.declarations, 0, printing);
  const [first, ...others] = declarations;
  const parted = first && uses.length > 0 ? [{ ...first, apart: true }, ...others] : declarations;
  const lines = joined([...uses, ...parted], of(document).end, 0);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

interface Statement {
  readonly lines: readonly string[];
  readonly apart: boolean;
}

type AnyEntry = Entry | Module;

const isDocumentable = (entry: AnyEntry | undefined): boolean =>
  entry?.kind === "block" || entry?.kind === "module";

function statement(
  entry: AnyEntry | Use,
  text: string,
  indent: number,
  { of }: Printing,
  next: AnyEntry | undefined,
): Statement {
  const trivia = of(entry);
  const documentation = "documentation" in entry ? entry.documentation : undefined;
  return {
    lines: withComments(spaces(indent) + text, trivia, indent, documentation, !isDocumentable(next)),
    apart: isApart(trivia),
  };
}

function printEntries(
  entries: readonly AnyEntry[],
  indent: number,
  printing: Printing,
): readonly Statement[] {
  const rows = entries.map((entry) => rowOf(entry, indent === 0, printing));
  const widths = headWidths(rows, indent);
  const statements = entries.map((entry, index): Statement => {
    const { head, rest } = rows[index]!;
    const width = widths[index];
    const text = width === undefined ? printEntry(entry, indent, printing) : `${head.padEnd(width)} ${rest}`;
    return statement(entry, text, indent, printing, entries[index + 1]);
  });
  if (indent > 0) return statements;
  const isLong = (index: number): boolean => ["block", "module"].includes(entries[index]?.kind ?? "");
  return statements.map((each, index) => ({
    ...each,
    apart: each.apart || isLong(index) || isLong(index - 1),
  }));
}

/** Blocks at the top of a file never stand on one line, nor do blocks with blocks in them. */
function rowOf(entry: AnyEntry, isTop: boolean, printing: Printing): Row {
  const gap = isApart(printing.of(entry));
  if (entry.kind === "setting") {
    const value = flat(entry.value, printing);
    return { head: pathText(entry.path), rest: value && `= ${value}`, group: "setting", gap };
  }
  if (entry.kind !== "block" || isTop) return { head: "", rest: undefined, group: "", gap };
  const head = blockHead(entry, entry.keyword.text);
  const isPlain = !entry.label && !entry.type && !entry.on && !entry.extends;
  return { head, rest: flatBlock(entry, printing), group: isPlain ? "setting" : entry.keyword.text, gap };
}

function flatBlock(block: Block, printing: Printing): string | undefined {
  const { open, end } = printing.of(block);
  if (open !== undefined || end.length > 0) return undefined;
  const texts = block.entries.map((entry) => {
    if (entry.kind === "block" || !isBare(entry, printing)) return undefined;
    return entry.kind === "setting"
      ? flatSetting(entry.path, entry.value, printing)
      : flatEdit(entry, printing);
  });
  if (texts.includes(undefined)) return undefined;
  return texts.length === 0 ? "{}" : `{ ${texts.join("  ")} }`;
}

function flatSetting(
  path: Edit["path"],
  value: Parameters<typeof flat>[0],
  printing: Printing,
): string | undefined {
  const text = flat(value, printing);
  return text === undefined ? undefined : `${pathText(path)} = ${text}`;
}

function flatEdit(edit: Edit, printing: Printing): string | undefined {
  const { action, path, value } = edit;
  if (edit.block) return undefined;
  if (!value) return `${action} ${pathText(path)}`;
  if (action !== "insert") {
    const text = flatSetting(path, value, printing);
    return text === undefined ? undefined : `${action} ${text}`;
  }
  const text = flat(value, printing);
  return text === undefined ? undefined : `insert ${text} ${edit.side ?? "after"} ${pathText(path)}`;
}

function blockHead({ label, type, on, extends: base }: Block, keyword: string): string {
  const levels = on && (needsGroup(on, 0) ? `(${flatWithout(on)})` : flatWithout(on));
  return [
    keyword + (label ? ` ${spellLabel(label)}` : "") + (type ? `: ${type.text}` : ""),
    ...(levels ? [`on ${levels}`] : []),
    ...(base ? [`extends ${base.text}`] : []),
  ].join(" ");
}

function printEntry(entry: AnyEntry, indent: number, printing: Printing): string {
  switch (entry.kind) {
    case "setting": {
      const head = `${pathText(entry.path)} = `;
      return head + printValue(entry.value, { column: indent + head.length, indent, tail: 0 }, printing);
    }
    case "edit":
      return printEdit(entry, indent, printing);
    case "block":
      return printBlock(entry, entry, entry.keyword.text, indent, printing);
    case "module":
      return printModule(entry, indent, printing);
  }
}

/** `bearer` is what the comments in the braces belong to. */
function printBlock(
  block: Block,
  bearer: Block | Edit,
  keyword: string,
  indent: number,
  printing: Printing,
): string {
  const { open, end } = printing.of(bearer);
  const head = `${blockHead(block, keyword)} {${behind(open, !isDocumentable(block.entries[0]))}`;
  const lines = joined(printEntries(block.entries, indent + 2, printing), end, indent + 2);
  if (lines.length === 0 && open === undefined) return `${head}}`;
  return [head, ...lines, `${spaces(indent)}}`].join("\n");
}

function printEdit(edit: Edit, indent: number, printing: Printing): string {
  const line = flatEdit(edit, printing);
  if (line !== undefined && indent + line.length <= lineWidth) return line;
  const { action, path, value, block } = edit;
  const text = pathText(path);
  if (block) return printBlock(block, edit, `${action} ${text}`, indent, printing);
  if (!value) return `${action} ${text}`;
  const head = action === "insert" ? "insert " : `${action} ${text} = `;
  const tail = action === "insert" ? ` ${edit.side ?? "after"} ${text}` : "";
  const at = { column: indent + head.length, indent, tail: tail.length };
  return head + printValue(value, at, printing) + tail;
}

function printModule(module: Module, indent: number, printing: Printing): string {
  const { form, name, parameters, on, results } = module;
  const names = (list: Module["results"]): string =>
    list!.length === 0 ? "{}" : `{ ${list!.map(({ text }) => text).join(", ")} }`;
  const start = `${form} ${name.text}`;
  const end = (on ? ` on ${names(on)}` : "") + (results ? ` -> ${names(results)}` : "");
  const texts = parameters.map(({ name: own, type, default: otherwise }) => {
    const value = otherwise ? ` = ${flatWithout(otherwise)}` : "";
    // A choice is what a type may be; anything else that binds less has brackets.
    const kind = type.kind === "choice" ? flatWithout(type) : operand(type, 0, printing)!;
    return `${own.text}: ${kind}${value}`;
  });
  const line = `${start}(${texts.join(", ")})${end}`;
  const areBare = parameters.every((each) => isBare(each, printing));
  const isLine = areBare && indent + line.length + 2 <= lineWidth;
  const body = printBody(module.body, indent, printing);
  if (isLine || parameters.length === 0) return `${line} ${body}`;
  const inner = indent + 2;
  const all = spaces(inner) + texts.join(", ");
  const lines =
    areBare && all.length <= lineWidth
      ? [all]
      : parameters.flatMap((each, index) => {
          const text = `${spaces(inner)}${texts[index]}${index < parameters.length - 1 ? "," : ""}`;
          return withComments(text, { ...printing.of(each), gap: false }, inner);
        });
  return [`${start}(`, ...lines, `${spaces(indent)})${end} ${body}`].join("\n");
}

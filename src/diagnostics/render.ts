/** How a diagnostic looks in a terminal: place, message, the lines concerned, fixes. */
import type { Diagnostic, Severity } from "./diagnostic.ts";
import type { Span } from "./span.ts";

export interface RenderOptions {
  /** ANSI colours; without them where absent. */
  readonly color?: boolean;
}

/** Columns of a line of source that are shown. */
const width = 110;

type Style = "bold" | "red" | "yellow" | "cyan" | "dim";
const styles: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, yellow: 33, cyan: 36 };
const severityStyles: Readonly<Record<Severity, Style>> = { error: "red", warning: "yellow", note: "cyan" };

type Paint = (text: string, ...names: readonly Style[]) => string;

/** Several lines without a line end behind the last. The first is `file:line:column: severity: message`. */
export function render(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const paint: Paint = (text, ...names) =>
    options.color ? `\u001b[${names.map((name) => styles[name]).join(";")}m${text}\u001b[0m` : text;
  const { code, severity, message, span, related = [], fixes = [] } = diagnostic;
  const style = severityStyles[severity];
  const place = span ? `${paint(placeOf(span), "bold")}: ` : "";
  const lines = [`${place}${paint(`${severity}:`, "bold", style)} ${message} ${paint(`[${code}]`, "dim")}`];
  if (span) lines.push(...frame(span, style, paint));
  for (const other of related) {
    lines.push(
      `${paint(placeOf(other.span), "bold")}: ${other.message}`,
      ...frame(other.span, "cyan", paint),
    );
  }
  for (const fix of fixes) lines.push(`${paint("fix:", "bold", "cyan")} ${fix.title}`);
  return lines.join("\n");
}

/** `file:line:column`, both counted from 1, columns in characters. */
export function placeOf(span: Span): string {
  const { line, column } = lineAt(span);
  return `${span.source.name}:${line}:${column + 1}`;
}

/** The line on which `span` begins, and how many characters of it come before `span`. */
function lineAt({ source, start }: Span) {
  const before = source.text.slice(0, start).split(/\r\n|\n|\r/);
  const last = before[before.length - 1]!;
  const lineStart = start - last.length;
  const text = source.text.slice(lineStart).split(/\r\n|\n|\r/, 1)[0]!;
  return { line: before.length, column: [...last].length, lineStart, text };
}

function frame(span: Span, style: Style, paint: Paint): readonly string[] {
  const { line, column, lineStart, text } = lineAt(span);
  const characters = [...printable(text)];
  const marked = [...text.slice(span.start - lineStart, span.end - lineStart)].length;
  // A long line is cut to a window in which the place stands a third from the left.
  const from =
    characters.length <= width
      ? 0
      : Math.max(0, Math.min(column - Math.floor(width / 3), characters.length - width));
  const shown = characters.slice(from, from + width).join("");
  const head = from > 0 ? "..." : "";
  const tail = from + width < characters.length ? "..." : "";
  const carets = "^".repeat(Math.max(1, Math.min(marked, width - (column - from))));
  const number = String(line);
  const margin = " ".repeat(number.length);
  const indent = " ".repeat(head.length + column - from);
  return [
    ` ${paint(`${number} |`, "dim")} ${head}${shown}${tail}`,
    ` ${paint(`${margin} |`, "dim")} ${indent}${paint(carets, "bold", style)}`,
  ];
}

/** One column for each character: tabs become spaces, and what would move the cursor a question mark. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be replaced
  text.replaceAll("\t", " ").replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ufeff]/g, "?");

/** Rows of figures as a table for the terminal. */
import type { Row } from "./measure.ts";

/** Columns in the order in which rows first name them; a figure that breaks its limit has a `!`. */
export function tableOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const textOf = (row: Row, column: string) => {
    const cell = row[column];
    return cell ? `${cell.text}${cell.holds ? "" : " !"}` : "";
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => textOf(row, column)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines
    .map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Figures that break their limits. */
export const failures = (rows: readonly Row[]): number =>
  rows.flatMap((row) => Object.values(row)).filter(({ holds }) => !holds).length;

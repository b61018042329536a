/** Columns of text. */

/** The first `left` columns are flush left, the others right; a line is under the head. */
export function textTable(rows: readonly (readonly string[])[], head: readonly string[], left = 1): string {
  const all = [head, ...rows];
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const format = (row: readonly string[]) =>
    widths
      .map((width, column) =>
        column < left ? (row[column] ?? "").padEnd(width) : (row[column] ?? "").padStart(width),
      )
      .join("  ")
      .trimEnd();
  const lines = rows.map(format);
  return (head ? [format(head), widths.map((width) => "-".repeat(width)).join("  "), ...lines] : lines).join(
    "\n",
  );
}

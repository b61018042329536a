/** Which statements stand on one line, and how far their heads are filled up so that `=` and `{` line up. */

/** Columns of a line. */
export const lineWidth = 100;

export interface Row {
  /** What stands before `=` or `{`. */
  readonly head: string;
  /** The rest on one line; undefined where it needs several. */
  readonly rest: string | undefined;
  /** Only rows of one group line up. */
  readonly group: string;
  /** Whether a blank line parts it from the row before. */
  readonly gap: boolean;
}

/** The widths of the heads; undefined for rows that need several lines. */
export function headWidths(rows: readonly Row[], indent: number): readonly (number | undefined)[] {
  let widths = rows.map((row) => (row.rest === undefined ? undefined : row.head.length));
  for (;;) {
    const filled = filledUp(rows, widths);
    const next = filled.map((width, index) =>
      width !== undefined && indent + width + 1 + rows[index]!.rest!.length <= lineWidth ? width : undefined,
    );
    const isStable = next.every((width, index) => (width === undefined) === (widths[index] === undefined));
    if (isStable) return next;
    widths = next.map((width, index) => (width === undefined ? undefined : rows[index]!.head.length));
  }
}

/** Each row as wide as the widest of its neighbours. */
function filledUp(
  rows: readonly Row[],
  widths: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  const filled: (number | undefined)[] = [];
  let start = 0;
  for (let index = 1; index <= rows.length; index++) {
    const [row, before] = [rows[index], rows[index - 1]!];
    const goes = row && !row.gap && row.group === before.group;
    if (goes && widths[index] !== undefined && widths[index - 1] !== undefined) continue;
    const group = widths.slice(start, index);
    const widest = Math.max(...group.map((width) => width ?? 0));
    filled.push(...group.map((width) => (width === undefined ? undefined : widest)));
    start = index;
  }
  return filled;
}

export const spaces = (count: number): string => " ".repeat(count);

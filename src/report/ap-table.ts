/** Average precision as a table of text. */
import { textTable } from "./text-table.ts";

/**
 * One row a measure, one column a kind (`bbox`, `segm`), in the order in which they are given.
 * -1 means that no object was there to find and is shown as a dash.
 */
export function apTable(result: Readonly<Record<string, Readonly<Record<string, number>>>>): string {
  const kinds = Object.keys(result);
  const measures = [...new Set(kinds.flatMap((kind) => Object.keys(result[kind]!)))];
  const cell = (value: number | undefined) => (value === undefined || value === -1 ? "-" : value.toFixed(3));
  return textTable(
    measures.map((measure) => [measure, ...kinds.map((kind) => cell(result[kind]![measure]))]),
    ["", ...kinds],
  );
}

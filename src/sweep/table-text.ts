/** The table of a sweep as text, Markdown and CSV. */
import { textTable } from "../report/text-table.ts";
import type { AblationTable, Cell, PointRow, SweepTable } from "./table.ts";

export const tableFormats = ["text", "markdown", "csv", "json"] as const;
export type TableFormat = (typeof tableFormats)[number];

export function tableText(table: SweepTable, format: TableFormat): string {
  if (format === "json") return JSON.stringify(table, null, 2);
  if (format === "csv") return csv(table);
  return table.ablations
    .map((each) => [titleOf(each, format), "", grid(each, format)].join("\n"))
    .join("\n\n");
}

/** Shown where no paper says what to look at. */
const usual = ["box.AP", "box.AP50", "mask.AP", "mask.AP50"];

/** Measures that are published; the usual ones that were measured where none is. */
function shownMeasures({ points }: AblationTable): readonly string[] {
  const has = (test: (cell: Cell, measure: string) => boolean): readonly string[] => [
    ...new Set(
      points.flatMap(({ measures }) =>
        Object.entries(measures).flatMap(([measure, cell]) => (test(cell, measure) ? measure : [])),
      ),
    ),
  ];
  const published = has(({ published }) => published !== undefined);
  return published.length > 0 ? published : has((_, measure) => usual.includes(measure));
}

/** Where what is published comes from: most of it, and the points that have it from elsewhere. */
function sourcesOf({ source, points }: AblationTable): string | undefined {
  const own = points.flatMap(({ name, measures }) =>
    [...new Set(Object.values(measures).flatMap((cell) => cell.source ?? []))].map(
      (each) => `${name}: ${each}`,
    ),
  );
  const all = [...(source === undefined ? [] : [source]), ...own];
  return all.length > 0 ? all.join("; ") : undefined;
}

function titleOf(table: AblationTable, format: TableFormat): string {
  const { name, seeds, points } = table;
  const source = sourcesOf(table);
  const done = points.reduce((sum, { measuredSeeds }) => sum + measuredSeeds.length, 0);
  const runs = `${done} of ${points.length * seeds.length} runs finished`;
  if (format === "markdown") {
    return [`### ${name}`, "", ...(source ? [`Published: ${source}.`] : []), `${runs}.`].join("\n");
  }
  return `${name}${source ? ` (published: ${source})` : ""}: ${runs}`;
}

const decimal = (value: number | undefined): string => (value === undefined ? "-" : value.toFixed(1));

const measured = ({ mean, deviation }: Cell, sign: string): string =>
  deviation === undefined ? decimal(mean) : `${decimal(mean)} ${sign} ${decimal(deviation)}`;

/** Two columns a measure: measured, and published where anything is. */
function columnsOf(table: AblationTable, sign: string) {
  return shownMeasures(table).flatMap((measure) => {
    const cell = ({ measures }: PointRow): Cell => measures[measure] ?? {};
    const papers = table.points.some((point) => cell(point).published !== undefined);
    return [
      { head: measure, text: (point: PointRow) => measured(cell(point), sign) },
      ...(papers ? [{ head: "published", text: (point: PointRow) => decimal(cell(point).published) }] : []),
    ];
  });
}

/** How many runs each mean is over, where some are missing. */
function runsColumn({ seeds, points }: AblationTable) {
  const isWhole = points.every(({ measuredSeeds }) => measuredSeeds.length === seeds.length);
  const text = ({ measuredSeeds }: PointRow): string => `${measuredSeeds.length} of ${seeds.length}`;
  return isWhole ? [] : [{ head: "runs", text }];
}

function grid(table: AblationTable, format: "text" | "markdown"): string {
  const columns = [...runsColumn(table), ...columnsOf(table, format === "markdown" ? "±" : "+-")];
  const head = ["point", ...columns.map((column) => column.head)];
  const rows = table.points.map((point) => [point.name, ...columns.map((column) => column.text(point))]);
  if (format === "text") return textTable(rows, head);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(["---", ...columns.map(() => "---:")]), ...rows.map(line)].join("\n");
}

/** One line a value, with every measure that there is. */
function csv({ ablations }: SweepTable): string {
  const rows = ablations.flatMap(({ name, points }) =>
    points.flatMap((point) =>
      Object.entries(point.measures).map(([measure, { mean, deviation, published }]) => [
        ...[name, point.name, measure, point.measuredSeeds.length, mean, deviation, published],
      ]),
    ),
  );
  const head = ["ablation", "point", "measure", "seeds", "mean", "deviation", "published"];
  return [head, ...rows].map((row) => row.map(csvCell).join(",")).join("\n");
}

function csvCell(value: string | number | undefined): string {
  const text = typeof value === "number" ? String(Math.round(value * 1e6) / 1e6) : (value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

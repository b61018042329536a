/** `metrics.jsonl`: one JSON object a training step. */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkpointCodes } from "../diagnostics/codes/checkpoint.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { runFiles } from "./checkpoint.ts";

export interface MetricsRow {
  /** From 1. */
  readonly step: number;
  /** Each term of the loss, by its name. */
  readonly losses: Readonly<Record<string, number>>;
  /** Their sum. */
  readonly total: number;
  /** Learning rate of the step. */
  readonly rate: number;
  /** Wall time of the step. */
  readonly seconds: number;
}

/** Adds a row. */
export async function appendMetrics(run: string, row: MetricsRow): Promise<void> {
  await appendFile(join(run, runFiles.metrics), `${JSON.stringify(row)}\n`);
}

/** All rows in order; a last line without its end is what a stopped process left and does not count. */
export async function readMetrics(run: string): Promise<Result<readonly MetricsRow[]>> {
  const file = join(run, runFiles.metrics);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    const values = { folder: run, missing: runFiles.metrics };
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/not-a-run", values)] };
  }
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1);
  const rows: MetricsRow[] = [];
  for (const [index, line] of lines.entries()) {
    const row = parseRow(line);
    if (!row)
      return {
        diagnostics: [diagnose(checkpointCodes, "checkpoint/bad-metrics", { file, line: index + 1 })],
      };
    rows.push(row);
  }
  return { value: rows, diagnostics: [] };
}

function parseRow(line: string): MetricsRow | undefined {
  try {
    const row = JSON.parse(line);
    return Number.isSafeInteger(row?.step) && typeof row.losses === "object" && row.losses ? row : undefined;
  } catch {
    return undefined;
  }
}

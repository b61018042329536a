/** Measured beside published: mean and deviation over the seeds of each point. */
import { sweepRunCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { EvaluateSummary } from "../train/api.ts";
import { type Ablation, measures, type Published } from "./ablation.ts";
import { ablationFolder, readMeasurement, readSettings, runsOf, stateOf } from "./measurement.ts";
import { type PlannedAblation, type PlannedPoint, planFile } from "./plan.ts";

/** The document of `rcnn table --json`: all values in points of a hundred. */
export interface SweepTable {
  readonly ablations: readonly AblationTable[];
}

export interface AblationTable {
  readonly name: string;
  readonly source?: string;
  readonly seeds: readonly number[];
  readonly points: readonly PointRow[];
}

export interface PointRow {
  readonly name: string;
  /** Seeds whose runs are finished. */
  readonly measuredSeeds: readonly number[];
  readonly measures: Readonly<Record<string, Cell>>;
}

export interface Cell {
  /** Over the seeds. */
  readonly mean?: number;
  /** Sample standard deviation; absent with fewer than two seeds. */
  readonly deviation?: number;
  readonly published?: number;
  /** Where it was published, if not where the others of the ablation were. */
  readonly source?: string;
}

export async function sweepTable(file: string, out: string): Promise<Result<SweepTable>> {
  // Read once to know which ablations there are, and again as each was compiled.
  const plan = await planFile(file);
  if (!plan.value) return { diagnostics: plan.diagnostics };
  // Warnings of the models were shown when they were swept.
  const diagnostics: Diagnostic[] = [];
  const ablations: AblationTable[] = [];
  for (const ablation of plan.value) {
    const settings = await readSettings(ablationFolder(out, ablation));
    diagnostics.push(...settings.diagnostics);
    const swept = settings.value ? await planFile(file, settings.value) : plan;
    if (!swept.value) return { diagnostics: swept.diagnostics };
    const same = swept.value.find(({ name }) => name.text === ablation.name.text)!;
    ablations.push(await tableOf(same, out, diagnostics));
  }
  return { value: { ablations }, diagnostics };
}

async function tableOf(
  ablation: PlannedAblation,
  out: string,
  diagnostics: Diagnostic[],
): Promise<AblationTable> {
  const found = new Map<PlannedPoint, { readonly seed: number; readonly measures: EvaluateSummary }[]>();
  for (const run of runsOf(ablation, out)) {
    const { point, seed, folder } = run;
    const state = await stateOf(run);
    if (state === "other") {
      diagnostics.push(diagnose(sweepRunCodes, "sweep/other-run", { run: folder, point: point.name, seed }));
    }
    if (state !== "trained") continue;
    const { value, diagnostics: problems } = await readMeasurement(folder);
    diagnostics.push(...problems);
    if (value?.metric !== ablation.metric) continue;
    found.set(point, [...(found.get(point) ?? []), { seed, measures: value.measures }]);
  }
  return {
    name: ablation.name.text,
    ...(ablation.source !== undefined && { source: ablation.source }),
    seeds: ablation.seeds,
    points: ablation.points.map((point) => rowOf(point, found.get(point) ?? [], ablation.metric)),
  };
}

function rowOf(
  { name, published }: PlannedPoint,
  runs: readonly { readonly seed: number; readonly measures: EvaluateSummary }[],
  metric: Ablation["metric"],
): PointRow {
  const cells = measures[metric].flatMap((measure): readonly (readonly [string, Cell])[] => {
    const values = runs.flatMap(({ measures: found }) => pointsOf(found, measure) ?? []);
    const paper = published.find((each) => each.measure === measure);
    if (values.length === 0 && !paper) return [];
    return [[measure, { ...statistics(values), ...(paper && publishedIn(paper)) }]];
  });
  return { name, measuredSeeds: runs.map(({ seed }) => seed), measures: Object.fromEntries(cells) };
}

const publishedIn = ({ value, source }: Published): Pick<Cell, "published" | "source"> => ({
  published: value,
  ...(source !== undefined && { source }),
});

const kinds: Readonly<Record<string, string>> = { box: "bbox", mask: "segm" };

/** In points of a hundred; nothing where no object was there to find (-1). */
function pointsOf(found: EvaluateSummary, measure: string): number | undefined {
  const [kind, name] = measure.split(".") as [string, string];
  const value = found[kinds[kind]!]?.[name];
  return value === undefined || value === -1 ? undefined : value * 100;
}

/** Mean and sample standard deviation. */
export function statistics(values: readonly number[]): Pick<Cell, "mean" | "deviation"> {
  const count = values.length;
  if (count === 0) return {};
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

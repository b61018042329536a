/** The files of a sweep: where each run lies, what was measured of it, and with which settings. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sweepRunCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { bareModel } from "../model/bare-model.ts";
import { hashText } from "../support/random.ts";
import { writeAtomically } from "../support/write-atomically.ts";
import type { EvaluateSummary } from "../train/api.ts";
import { latestCheckpoint } from "../train/checkpoint.ts";
import { readRun } from "../train/run-file.ts";
import type { Ablation } from "./ablation.ts";
import type { PlannedAblation, PlannedPoint } from "./plan.ts";

/** `evaluation.json` in the folder of a run. */
export interface Measurement {
  readonly version: 1;
  readonly metric: Ablation["metric"];
  /** Annotations that it was measured on. */
  readonly data: string;
  readonly measures: EvaluateSummary;
}

/** `sweep.json` in the folder of an ablation: what its points were compiled with beside the text. */
export interface SweepSettings {
  readonly version: 1;
  readonly set: readonly string[];
  readonly classes: number;
}

export interface PlannedRun {
  readonly point: PlannedPoint;
  readonly seed: number;
  readonly folder: string;
}

export const ablationFolder = (out: string, { name }: Pick<Ablation, "name">): string => join(out, name.text);

/** One run a point and seed, point by point: `OUT/ABLATION/POINT/seed-N`. */
export function runsOf(ablation: PlannedAblation, out: string): readonly PlannedRun[] {
  const folders = folderNames(ablation.points.map(({ name }) => name));
  return ablation.points.flatMap((point, index) => {
    const folder = join(ablationFolder(out, ablation), folders[index]!);
    return ablation.seeds.map((seed) => ({ point, seed, folder: join(folder, `seed-${seed}`) }));
  });
}

/**
 * The names of points in letters that every file system has. Where two become one each has a hash of its name
 * behind it, so that the folder of a point does not follow from its place among the others.
 */
export function folderNames(names: readonly string[]): readonly string[] {
  const plain = names.map(plainName);
  return names.map((name, index) => {
    const own = plain[index]!;
    const isShared = plain.indexOf(own) !== plain.lastIndexOf(own);
    return isShared || isLost(name) ? `${own}-${hashText(name).toString(16).padStart(8, "0")}` : own;
  });
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .slice(0, 80)
    .replace(/^[-.]+|[-.]+$/g, "") || "point";

/** Whether letters of the name are none that every file system has, or mean a device to Windows. */
const isLost = (name: string): boolean =>
  /[^\P{L}A-Za-z]/u.test(name) ||
  name.length > 80 ||
  /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name.trim());

/** How far a run of the same model and seed, and of the data with that hash, got: `other` where the folder holds another run. */
export async function stateOf(
  { point, seed, folder }: PlannedRun,
  data?: string,
): Promise<"absent" | "other" | "begun" | "trained"> {
  const { value: run, diagnostics } = await readRun(folder);
  if (!run) return diagnostics.some(({ code }) => code === "checkpoint/not-a-run") ? "absent" : "other";
  if (data !== undefined && run.dataHash !== data) return "other";
  if (run.seed !== seed || bareModel(run.model) !== bareModel(point.model)) return "other";
  const { value: checkpoint } = await latestCheckpoint(folder);
  return checkpoint && checkpoint.step >= point.model.train.steps ? "trained" : "begun";
}

const evaluationFile = (folder: string): string => join(folder, "evaluation.json");
const settingsFile = (folder: string): string => join(folder, "sweep.json");

const write = (file: string, value: Measurement | SweepSettings): Promise<void> =>
  writeAtomically(file, `${JSON.stringify(value, null, 2)}\n`);

export const writeMeasurement = (folder: string, value: Measurement): Promise<void> =>
  write(evaluationFile(folder), value);
export const writeSettings = (folder: string, value: SweepSettings): Promise<void> =>
  write(settingsFile(folder), value);

/** No value and nothing wrong where there is none yet. */
export const readMeasurement = (folder: string): Promise<Result<Measurement>> =>
  read(evaluationFile(folder), (value): value is Measurement => {
    const { version, metric, measures } = value as Partial<Measurement>;
    const known = metric === "coco" || metric === "voc";
    return version === 1 && known && typeof measures === "object" && Object.values(measures).every(isNumbers);
  });

export const readSettings = (folder: string): Promise<Result<SweepSettings>> =>
  read(settingsFile(folder), (value): value is SweepSettings => {
    const { version, set, classes } = value as Partial<SweepSettings>;
    const texts = Array.isArray(set) && set.every((each) => typeof each === "string");
    return version === 1 && texts && Number.isSafeInteger(classes);
  });

const isNumbers = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => typeof each === "number");

async function read<T>(file: string, fits: (value: object) => value is T & object): Promise<Result<T>> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { diagnostics: [] };
  const broken = (problem: string): Result<T> => ({
    diagnostics: [diagnose(sweepRunCodes, "sweep/bad-measurement", { file, problem })],
  });
  try {
    const value: unknown = JSON.parse(text);
    const whole = typeof value === "object" && value !== null && fits(value);
    return whole ? { value, diagnostics: [] } : broken("it is not what `rcnn sweep` writes");
  } catch {
    return broken("it is not JSON");
  }
}

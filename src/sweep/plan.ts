/** The plan of a sweep: every ablation of a file with all its points, each checked before anything runs. */
import { buildProgram } from "../compile.ts";
import { defaultFunctions } from "../components/buckets.ts";
import { sweepCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { inOrder } from "../diagnostics/in-order.ts";
import { loadFile, resolveBundle } from "../language.ts";
import { fileHost } from "../load/file-host.ts";
import type { Bundle, Host } from "../load/load.ts";
import { bareModel } from "../model/bare-model.ts";
import type { Model } from "../model/model.ts";
import type { Block } from "../syntax/ast.ts";
import type { Ablation } from "./ablation.ts";
import { type Point, placeOf, pointsOf } from "./points.ts";
import { readAblation } from "./read-ablation.ts";

export interface PlanOptions {
  /** `path=value`, over the base and every point. */
  readonly set?: readonly string[];
  /** Of the data set. */
  readonly classes?: number | undefined;
  /** Whether points are lowered and differentiated too, as they are before a sweep. */
  readonly compile?: boolean;
  readonly host?: Host;
}

export interface PlannedPoint extends Point {
  readonly model: Model;
}

export interface PlannedAblation extends Omit<Ablation, "axis" | "published"> {
  readonly points: readonly PlannedPoint[];
}

/** The plan of a file that must have one. */
export async function planFile(
  path: string,
  options: PlanOptions = {},
): Promise<Result<readonly PlannedAblation[]>> {
  const plan = await planAblations(path, options);
  if (plan.value?.length !== 0) return plan;
  return { diagnostics: [...plan.diagnostics, diagnose(sweepCodes, "sweep/no-ablation", { path })] };
}

/** Nothing where the file has no ablation. */
export async function planAblations(
  path: string,
  options: PlanOptions = {},
): Promise<Result<readonly PlannedAblation[]>> {
  const { value: bundle, diagnostics } = await loadFile(path, options.host ?? fileHost);
  if (!bundle) return { diagnostics };
  const { value, diagnostics: found } = planBundle(bundle, options);
  const all = inOrder([...diagnostics, ...found]);
  return value && !hasErrors(all) ? { value, diagnostics: all } : { diagnostics: all };
}

/** The same for files that are loaded. */
export function planBundle(bundle: Bundle, options: PlanOptions): Result<readonly PlannedAblation[]> {
  const found: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => void found.push(diagnostic);
  const blocks = bundle.entry.declarations.filter(
    (each): each is Block => each.kind === "block" && each.keyword.text === "ablation",
  );
  const plans = blocks.flatMap((block) => {
    const ablation = readAblation(block, report);
    return ablation ? planned(ablation, bundle, options, report) : [];
  });
  const diagnostics = inOrder(found);
  return hasErrors(diagnostics) ? { diagnostics } : { value: plans, diagnostics };
}

/** What is wrong with the base is said of the base alone, and what is wrong with points of the points. */
function planned(
  { axis, published, ...ablation }: Ablation,
  bundle: Bundle,
  options: PlanOptions,
  report: (diagnostic: Diagnostic) => void,
): PlannedAblation {
  const { text: model } = ablation.base;
  const base = resolveBundle(bundle, { ...modelOptions(options), model });
  for (const diagnostic of base.diagnostics) report(placed(diagnostic, ablation.base.span));
  const points = pointsOf({ axis, published, ...ablation }, report);
  const known = new Set(base.diagnostics.map(identity));
  const found = new Map<string, { readonly diagnostic: Diagnostic; readonly points: Point[] }>();
  const compiled = points.flatMap((point): readonly PlannedPoint[] => {
    const { value, diagnostics } = compilePoint(point, model, bundle, options);
    for (const diagnostic of diagnostics) {
      const key = identity(diagnostic);
      if (found.has(key)) found.get(key)!.points.push(point);
      else if (!known.has(key)) found.set(key, { diagnostic, points: [point] });
    }
    return value ? [{ ...point, model: value }] : [];
  });
  for (const { diagnostic, points } of found.values()) report(ofPoints(diagnostic, points));
  sameModels(compiled, report);
  return { ...ablation, points: compiled };
}

const modelOptions = ({ set = [], classes }: PlanOptions) => ({
  set,
  ...(classes !== undefined && { classes }),
});

/** A message without a place, such as that there is no such model, is shown at `span`. */
const placed = (diagnostic: Diagnostic, span: Diagnostic["span"]): Diagnostic =>
  diagnostic.span || !span ? diagnostic : { ...diagnostic, span };

const identity = ({ code, message, span }: Diagnostic): string =>
  JSON.stringify([code, message, span?.source.name, span?.start]);

function compilePoint(point: Point, model: string, bundle: Bundle, options: PlanOptions): Result<Model> {
  const resolved = resolveBundle(bundle, { ...modelOptions(options), model, changes: point.changes });
  if (!resolved.value || !options.compile) return resolved;
  const program = buildProgram(resolved.value, defaultFunctions(resolved.value, resolved.value.train.batch));
  const diagnostics = [...resolved.diagnostics, ...program.diagnostics];
  return program.value ? { value: resolved.value, diagnostics } : { diagnostics };
}

/** What several points have in common is said once; of many points the first ones are named. */
function ofPoints(diagnostic: Diagnostic, points: readonly Point[]): Diagnostic {
  const [first] = points as [Point];
  const names = points.slice(0, 3).map(({ name }) => `\`${name}\``);
  const more = points.length - names.length;
  const list = [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  const message = `in the ${points.length > 1 ? "points" : "point"} ${list}`;
  return {
    ...diagnostic,
    related: [...(diagnostic.related ?? []), { message, span: placeOf(first) }],
  };
}

function sameModels(points: readonly PlannedPoint[], report: (diagnostic: Diagnostic) => void): void {
  const first = new Map<string, PlannedPoint>();
  for (const point of points) {
    const key = bareModel(point.model);
    const before = first.get(key);
    if (!before) first.set(key, point);
    else {
      const related = [{ message: "the first is here", span: placeOf(before) }];
      const values = { first: before.name, second: point.name };
      report(diagnose(sweepCodes, "sweep/same-point", values, { span: placeOf(point), related }));
    }
  }
}

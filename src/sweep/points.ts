/** From axes to points: each with each, one by one, or one after the other, without what is left out. */
import { sweepCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { nearestName } from "../support/suggest.ts";
import type { Entry, Expression, Name } from "../syntax/ast.ts";
import { difference } from "../syntax/difference.ts";
import { parseSetting } from "../syntax/parse.ts";
import type { Ablation, Axis, Case, Combination, Published } from "./ablation.ts";
import type { Report } from "./read-cases.ts";

/** One variant of the base. */
export interface Point {
  /** The names of its cases. */
  readonly name: string;
  readonly cases: readonly Case[];
  readonly changes: readonly Entry[];
  readonly published: readonly Published[];
}

type Cases = readonly Case[];

/** Of one ablation. */
const mostPoints = 1000;

/** In the order of the text; in a grid the last part goes round fastest. */
export function pointsOf(ablation: Ablation, report: Report): readonly Point[] {
  const points = casesIn(ablation.axis, report).map((cases) => pointOf(cases, ablation, report));
  const first = new Map<string, Point>();
  for (const point of points) {
    const before = first.get(point.name);
    if (!before) first.set(point.name, point);
    else {
      const related = [{ message: "the other is here", span: placeOf(before) }];
      const values = { name: point.name };
      report(diagnose(sweepCodes, "sweep/duplicate-point", values, { span: placeOf(point), related }));
    }
  }
  for (const { point } of ablation.published) {
    if (first.has(point.text)) continue;
    const values = { name: point.text, nearest: nearestName(point.text, first.keys()) };
    report(diagnose(sweepCodes, "sweep/unknown-point", values, { span: point.span }));
  }
  return points;
}

/** Where the text makes a point what it is: its last case. */
export const placeOf = ({ cases }: Point): Name["span"] => cases.at(-1)!.name.span;

function pointOf(cases: Cases, ablation: Ablation, report: Report): Point {
  const name = [...new Set(cases.map((each) => each.name.text))].join(", ");
  const extra = ablation.published.filter(({ point }) => point.text === name);
  const published = [...cases.flatMap((each) => each.published), ...extra.flatMap(({ values }) => values)];
  for (const [index, { measure, span }] of published.entries()) {
    const before = published.slice(0, index).find((each) => each.measure === measure);
    if (!before) continue;
    const related = [{ message: "the other is here", span: before.span }];
    const values = { measure, point: name };
    report(diagnose(sweepCodes, "sweep/published-twice", values, { span, related }));
  }
  return { name, cases, changes: cases.flatMap((each) => each.changes), published };
}

function casesIn(axis: Axis, report: Report): readonly Cases[] {
  if (axis.kind === "cases") return axis.cases.map((each) => [each]);
  const parts = axis.parts.map((part) => casesIn(part, report));
  const count = countOf(axis.kind, parts);
  if (count > mostPoints) {
    const values = { count, most: mostPoints };
    report(diagnose(sweepCodes, "sweep/too-many-points", values, { span: axis.span }));
    return [];
  }
  return withoutExcluded(combined(axis, parts, report), axis, report);
}

function countOf(kind: Combination["kind"], parts: readonly (readonly Cases[])[]): number {
  const lengths = parts.map(({ length }) => length);
  if (kind === "grid") return lengths.reduce((product, length) => product * length, 1);
  return lengths.reduce((sum, length) => sum + length, 0);
}

function combined(axis: Combination, parts: readonly (readonly Cases[])[], report: Report): readonly Cases[] {
  if (axis.kind === "union" || parts.length === 0) return parts.flat();
  if (axis.kind === "zip") return zipped(axis, parts, report);
  if (parts.length > 1) for (const part of parts) publishesNothing(part, report);
  return parts.reduce<readonly Cases[]>(
    (rows, part) => rows.flatMap((row) => part.map((cases) => [...row, ...cases])),
    [[]],
  );
}

function zipped(axis: Combination, parts: readonly (readonly Cases[])[], report: Report): readonly Cases[] {
  const lengths = parts.map((part) => part.length);
  if (new Set(lengths).size > 1) {
    const related = axis.parts.map((part, index) => ({
      message: `this part has ${lengths[index]}`,
      span: part.span,
    }));
    report(diagnose(sweepCodes, "sweep/zip-lengths", { lengths }, { span: axis.span, related }));
  }
  const count = Math.min(...lengths);
  return Array.from({ length: count }, (_, index) => parts.flatMap((part) => part[index]!));
}

function publishesNothing(part: readonly Cases[], report: Report): void {
  const publishing = new Set(part.flat().filter(({ published }) => published.length > 0));
  for (const { name, published } of publishing) {
    const { span } = published[0]!;
    report(diagnose(sweepCodes, "sweep/published-in-grid", { name: name.text }, { span }));
  }
}

function withoutExcluded(rows: readonly Cases[], { exclude }: Combination, report: Report): readonly Cases[] {
  const left = exclude.reduce((before, { names, span }) => {
    const tests = names.map((name) => testOf(name, rows, report));
    const has = (row: Cases) => tests.every((test) => test?.(row) ?? false);
    if (!tests.includes(undefined) && !rows.some(has)) {
      const values = { names: names.map(({ text }) => text) };
      report(diagnose(sweepCodes, "sweep/excludes-nothing", values, { span }));
    }
    return before.filter((row) => !has(row));
  }, rows);
  if (rows.length > 0 && left.length === 0) {
    report(diagnose(sweepCodes, "sweep/nothing-left", {}, { span: exclude.at(-1)!.span }));
  }
  return left;
}

/** Whether a row has a case of that name, or sets that value; undefined, and reported, where no row could. */
function testOf(name: Name, rows: readonly Cases[], report: Report): ((row: Cases) => boolean) | undefined {
  const known = new Set(rows.flat().map((each) => each.name.text));
  if (known.has(name.text)) return (row) => row.some((each) => each.name.text === name.text);
  const { value: wanted } = name.text.includes("=")
    ? parseSetting({ name: name.span.source.name, text: name.text })
    : {};
  const path = wanted && pathText(wanted.path);
  const paths = new Set(rows.flatMap((row) => [...valuesIn(row).keys()]));
  if (wanted && path !== undefined && paths.has(path)) {
    return (row) => {
      const value = valuesIn(row).get(path);
      return value !== undefined && isSame(value, wanted.value);
    };
  }
  const near = path === undefined ? undefined : nearestName(path, paths);
  const nearest =
    near === undefined ? nearestName(name.text, known) : name.text.replace(/^[^=]*?(?=\s*=)/, near);
  report(diagnose(sweepCodes, "sweep/unknown-case", { name: name.text, nearest }, { span: name.span }));
  return undefined;
}

const isSame = (a: Expression, b: Expression): boolean =>
  plainNumber(a) === undefined ? !difference(a, b, a.span) : plainNumber(a) === plainNumber(b);

/** `10%` and `0.1` are one value. */
const plainNumber = (value: Expression): number | undefined =>
  value.kind === "percentage" || (value.kind === "number" && !value.unit) ? value.value : undefined;

const pathText = (path: readonly Name[]): string => path.map(({ text }) => text).join(".");

/** What the cases of a row set, by path; the last one holds. */
const valuesIn = (row: Cases): ReadonlyMap<string, Expression> =>
  new Map(row.flatMap(({ changes }) => settingsIn(changes, [])));

function settingsIn(
  entries: readonly Entry[],
  around: readonly Name[],
): readonly (readonly [path: string, value: Expression])[] {
  return entries.flatMap((entry) => {
    if (entry.kind === "setting") return [[pathText([...around, ...entry.path]), entry.value] as const];
    // A head goes by its name, as in the paths of `--set`.
    if (entry.kind === "block") return settingsIn(entry.entries, [...around, entry.label ?? entry.keyword]);
    return entry.action === "replace" && entry.value
      ? [[pathText([...around, ...entry.path]), entry.value] as const]
      : [];
  });
}

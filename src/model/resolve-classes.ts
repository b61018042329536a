/** The number of foreground classes: of the text, of the data set, and where they disagree. */
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { unknown } from "./holes.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView } from "./section.ts";

export interface KnownClasses {
  /** Number of categories of the data set, where there is one. */
  readonly classes?: number | undefined;
  /** The names of these categories. */
  readonly categoryNames?: readonly string[] | undefined;
  /** The ids of these categories. */
  readonly categoryIds?: readonly number[] | undefined;
}

export function resolveClasses(
  view: SectionView,
  { classes, categoryIds, categoryNames = [] }: KnownClasses,
  resolving: Resolving,
): number {
  const written = view.values.classes as number | undefined;
  if (view.values.classIds === "raw" && categoryIds) return highestId(view, categoryIds, resolving);
  const { report } = resolving;
  if (written === undefined && classes === undefined) {
    report(diagnose(modelCodes, "model/classes-missing", {}, { span: view.block?.label?.span ?? view.span }));
  }
  const counted = view.values.classIds === "contiguous";
  if (counted && written !== undefined && classes !== undefined && written !== classes) {
    const values = { text: written, data: classes, names: categoryNames };
    report(diagnose(modelCodes, "model/classes-conflict", values, { span: placeOf(view, "classes") }));
  }
  return written ?? classes ?? unknown();
}

/** Ids that are classes begin at 1, and `classes` holds the highest. */
function highestId(view: SectionView, ids: readonly number[], { report }: Pick<Resolving, "report">): number {
  const written = view.values.classes as number | undefined;
  const [lowest, highest] = [Math.min(...ids), Math.max(...ids)];
  const problem =
    lowest < 1
      ? `there is an id ${lowest}, and 0 is the background`
      : written !== undefined && highest > written
        ? `the highest is ${highest}, and \`classes\` is ${written}`
        : undefined;
  if (problem === undefined) return written ?? highest;
  const key = written === undefined ? "classIds" : "classes";
  report(diagnose(modelCodes, "model/raw-ids", { problem }, { span: placeOf(view, key) }));
  return unknown();
}

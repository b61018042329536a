/** What is wrong with the ablations of a file: with what they say, and with the models that their points are. */
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Bundle } from "../load/load.ts";
import { type MergeOptions, merge } from "../merge/merge.ts";
import type { Spec } from "../merge/spec.ts";
import { type Point, pointsOf } from "../sweep/points.ts";
import { readAblation } from "../sweep/read-ablation.ts";
import type { Block } from "../syntax/ast.ts";

/** So that a large grid does not hold up the typing; `rcnn sweep --dry-run` looks at all. */
const mostPoints = 16;

/** `words` are those of the catalogue; `judge` gives what is wrong with a merged model; `name` is that of the point, for what it builds. */
export function ablationProblems(
  bundle: Bundle,
  words: Pick<MergeOptions, "keys" | "variadic">,
  judge: (spec: Spec, name: string) => readonly Diagnostic[],
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    found.push(diagnostic);
  };
  for (const block of bundle.entry.declarations) {
    if (block.kind !== "block" || block.keyword.text !== "ablation") continue;
    const ablation = readAblation(block, report);
    const points = ablation ? pointsOf(ablation, report) : [];
    for (const point of points.slice(0, mostPoints)) {
      const merged = merge(bundle, { model: ablation!.base.text, changes: point.changes, ...words });
      found.push(...judgeMerged(merged, point, block, judge));
    }
  }
  return found;
}

function judgeMerged(
  { value, diagnostics }: Result<Spec>,
  point: Point,
  { keyword }: Block,
  judge: (spec: Spec, name: string) => readonly Diagnostic[],
): readonly Diagnostic[] {
  const all = [...diagnostics, ...(value ? judge(value, point.name) : [])];
  // A message without a place, such as that there is no such model, is shown at the ablation.
  return all.map((each) => (each.span ? each : { ...each, span: keyword.span }));
}

/** Anchors of a model: sizes and ratios of each level, however the text gives them. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { orHole, part, unknown } from "./holes.ts";
import type { Level } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import type { AnchorsModel } from "./rpn-model.ts";
import { placeOf, type SectionView, settingOf } from "./section.ts";

export function resolveAnchors(
  view: SectionView,
  levels: () => readonly Level[],
  resolving: Resolving,
): AnchorsModel {
  const { values } = view;
  const key = part(() => sizeKey(view, resolving) ?? unknown());
  const sizes = part(() => listsByLevel(view, key(), levels(), resolving) ?? unknown());
  const ratios = part(() => listsByLevel(view, "ratios", levels(), resolving) ?? unknown());
  const perCell = part(() => {
    const counts = sizes().map((list, level) => list.length * ratios()[level]!.length);
    if (counts.every((count) => count === counts[0])) return counts[0]!;
    const span = placeOf(view, key());
    resolving.report(diagnose(modelCodes, "model/uneven-anchors", { counts: counts.join(", ") }, { span }));
    return unknown();
  });
  const strided = (list: readonly number[], index: number) =>
    list.map((scale) => scale * levels()[index]!.stride);
  return {
    sizes: orHole(() => (key() === "sizes" ? sizes() : sizes().map(strided))),
    ratios: orHole(ratios),
    rounding: orHole(() => (values.rounded === "sides" ? "sides" : values.rounded ? "corners" : "none")),
    offset: orHole(() => values.offset as number),
    clip: orHole(() => values.clip as boolean),
    straddling: orHole(() => values.straddling as AnchorsModel["straddling"]),
    perCell: orHole(perCell),
  };
}

/** Sizes are given in pixels or in strides: one of the two. */
function sizeKey(view: SectionView, { report }: Resolving): "sizes" | "scales" | undefined {
  const { sizes, scales } = view.values;
  if ((sizes === undefined) !== (scales === undefined)) return sizes === undefined ? "scales" : "sizes";
  const problem = sizes === undefined ? "neither" : "both";
  const other = settingOf(view, "sizes");
  const related = other ? [{ message: "`sizes` is set here", span: other.span }] : [];
  report(diagnose(modelCodes, "model/anchor-sizes", { problem }, { span: placeOf(view, "scales"), related }));
  return undefined;
}

const asList = (value: PlainValue): readonly number[] => (Array.isArray(value) ? value : [value as number]);

/** One list for all levels, or `perLevel(...)` with one entry each. */
function listsByLevel(
  view: SectionView,
  key: "sizes" | "scales" | "ratios",
  levels: readonly Level[],
  { report }: Resolving,
): readonly (readonly number[])[] | undefined {
  const value = view.values[key]!;
  if (typeof value !== "object" || value === null || !("levels" in value))
    return levels.map(() => asList(value));
  const lists = (value.levels as readonly PlainValue[]).map(asList);
  if (lists.length === levels.length) return lists;
  const values = { key, sizes: lists.length, levels: levels.length };
  report(diagnose(modelCodes, "model/level-count", values, { span: placeOf(view, key) }));
  return undefined;
}

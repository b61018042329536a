/** The region proposal network of a model. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type {
  AnchorsModel,
  BoxCoderModel,
  Initializer,
  Level,
  LossModel,
  MatchModel,
  PerMode,
  RpnModel,
  SampleModel,
} from "./model.ts";
import { type Resolving, reportOutput, sequence } from "./resolving.ts";
import { placeOf, type SectionView, subsection } from "./section.ts";
import { showShape } from "./shapes.ts";

export function resolveRpn(
  model: SectionView,
  backbone: Backbone,
  resolving: Resolving,
): RpnModel | undefined {
  const view = subsection(model, "rpn", resolving);
  const levels = levelsOn(view, backbone, resolving);
  const match = resolveMatch(subsection(view, "match", resolving), resolving);
  if (!levels) return undefined;
  checkLevels(levels, view.block!.on!.span, false, resolving);
  const anchors = resolveAnchors(subsection(view, "anchors", resolving), levels, resolving);
  const [{ channels, stride }] = levels as readonly [Level];
  const head = sequence(view, "head", "rpn.head", { kind: "image", channels, stride }, resolving);
  const output = head?.results[0]?.shape;
  if (output && (output.kind !== "image" || output.stride !== stride)) {
    reportOutput(view, "head", showShape(output), `a map of stride ${stride}, as its input has`, resolving);
  }
  if (!head || !anchors) return undefined;
  const propose = subsection(view, "propose", resolving).values;
  const { objectness, boxes, objectnessWeight, boxesWeight } = subsection(view, "loss", resolving).values;
  return {
    levels,
    anchors,
    head,
    initializer: view.values.initializer as unknown as Initializer,
    match,
    sample: resolveSample(subsection(view, "sample", resolving)),
    coder: resolveCoder(subsection(view, "coder", resolving)),
    propose: {
      before: perMode(propose.before!),
      nms: propose.nms as number,
      after: perMode(propose.after!),
      minimumSize: propose.minimumSize as number,
      minimumScore: propose.minimumScore as number,
    },
    loss: {
      objectness: objectness as unknown as LossModel,
      boxes: boxes as unknown as LossModel,
      objectnessWeight: objectnessWeight as number,
      boxesWeight: boxesWeight as number,
    },
  };
}

const perMode = (value: PlainValue): PerMode =>
  typeof value === "number" ? { train: value, test: value } : (value as unknown as PerMode);

function resolveAnchors(
  view: SectionView,
  levels: readonly Level[],
  { report }: Resolving,
): AnchorsModel | undefined {
  const { ratios, rounded, straddling } = view.values;
  const sizes = sizesByLevel(view.values.sizes!, levels.length);
  const span = placeOf(view, "sizes");
  if (sizes.length !== levels.length) {
    report(
      diagnose(modelCodes, "model/level-count", { sizes: sizes.length, levels: levels.length }, { span }),
    );
    return undefined;
  }
  const counts = sizes.map((list) => list.length);
  if (counts.some((count) => count !== counts[0])) {
    report(diagnose(modelCodes, "model/uneven-anchors", { counts: counts.join(", ") }, { span }));
    return undefined;
  }
  return {
    sizes,
    ratios: ratios as readonly number[],
    rounded: rounded as boolean,
    straddling: straddling as AnchorsModel["straddling"],
    perCell: counts[0]! * (ratios as readonly number[]).length,
  };
}

const asList = (value: PlainValue): readonly number[] => (Array.isArray(value) ? value : [value as number]);

/** One list for all levels, or `perLevel(...)` with one entry each. */
function sizesByLevel(value: PlainValue, levels: number): readonly (readonly number[])[] {
  if (typeof value === "object" && value !== null && "levels" in value)
    return (value.levels as readonly PlainValue[]).map(asList);
  return Array.from({ length: levels }, () => asList(value));
}

export function resolveMatch(view: SectionView, { report }: Resolving): MatchModel {
  const { positive, negative, keepBest } = view.values;
  const [negativeFrom, below] = Array.isArray(negative)
    ? (negative as [number, number])
    : [0, negative as number];
  if (below > (positive as number)) {
    const values = { negative: below, positive: positive as number };
    const related = [{ message: "`positive` is set here", span: placeOf(view, "positive") }];
    report(diagnose(modelCodes, "model/match-order", values, { span: placeOf(view, "negative"), related }));
  }
  return { positive: positive as number, negative: below, negativeFrom, keepBest: keepBest as boolean };
}

export const resolveSample = ({ values }: SectionView): SampleModel => ({
  count: values.count as number,
  positive: values.positive as number,
});

export const resolveCoder = ({ values }: SectionView): BoxCoderModel => ({
  weights: values.weights as unknown as BoxCoderModel["weights"],
  clamp: values.clamp as number,
});

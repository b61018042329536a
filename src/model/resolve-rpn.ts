/** The region proposal network of a model. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type { Initializer, Level, LossModel } from "./model.ts";
import { resolveAnchors } from "./resolve-anchors.ts";
import { type Resolving, reportOutput, sequence } from "./resolving.ts";
import type { BoxCoderModel, MatchModel, PerMode, ProposeModel, RpnModel, SampleModel } from "./rpn-model.ts";
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
  const { objectness, boxes, objectnessWeight, boxesWeight } = subsection(view, "loss", resolving).values;
  return {
    levels,
    anchors,
    head,
    initializer: view.values.initializer as unknown as Initializer,
    match,
    sample: resolveSample(subsection(view, "sample", resolving)),
    coder: resolveCoder(subsection(view, "coder", resolving)),
    propose: resolvePropose(subsection(view, "propose", resolving), resolving),
    loss: {
      objectness: objectness as unknown as LossModel,
      boxes: boxes as unknown as LossModel,
      objectnessWeight: objectnessWeight as number,
      boxesWeight: boxesWeight as number,
    },
  };
}

export const perMode = (value: PlainValue): PerMode =>
  typeof value === "number" ? { train: value, test: value } : (value as unknown as PerMode);

function resolvePropose(view: SectionView, { report }: Resolving): ProposeModel {
  const { before, after, afterLevel, separate: written, ...rest } = view.values;
  if (written === "offset" && afterLevel !== undefined) {
    const related = [{ message: "`afterLevel` is set here", span: placeOf(view, "afterLevel") }];
    report(diagnose(modelCodes, "model/after-level", {}, { span: placeOf(view, "separate"), related }));
  }
  return {
    ...(rest as unknown as Pick<
      ProposeModel,
      "beforeOver" | "nms" | "afterOver" | "minimumSize" | "minimumScore"
    >),
    before: perMode(before!),
    after: perMode(after!),
    afterLevel: afterLevel === undefined ? null : perMode(afterLevel),
    separate: (written ?? (afterLevel === undefined ? "offset" : "oneByOne")) as ProposeModel["separate"],
  };
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
  choose: values.choose as unknown as SampleModel["choose"],
});

export const resolveCoder = ({ values }: SectionView): BoxCoderModel => ({
  weights: values.weights as unknown as BoxCoderModel["weights"],
  clamp: values.clamp as number,
});

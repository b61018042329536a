/** The region proposal network of a model. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { known, orHole, part } from "./holes.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type { Initializer, Level, Network } from "./model.ts";
import { resolveAnchors } from "./resolve-anchors.ts";
import { type Resolving, reportOutput, sequence } from "./resolving.ts";
import type { BoxCoderModel, MatchModel, PerMode, ProposeModel, RpnModel, SampleModel } from "./rpn-model.ts";
import { placeOf, type SectionView, subsection } from "./section.ts";
import { showShape } from "./shapes.ts";

export function resolveRpn(model: SectionView, backbone: () => Backbone, resolving: Resolving): RpnModel {
  const view = subsection(model, "rpn", resolving);
  const inner = (keyword: string): SectionView => subsection(view, keyword, resolving);
  const levels = part(() => levelsOn(view, backbone, resolving));
  known(() => checkLevels(levels(), view.block!.on!.span, false, resolving));
  return {
    levels: orHole(levels),
    anchors: orHole(() => resolveAnchors(inner("anchors"), levels, resolving)),
    head: orHole(() => resolveHead(view, levels()[0]!, resolving)),
    initializer: orHole(() => view.values.initializer as unknown as Initializer),
    match: orHole(() => resolveMatch(inner("match"), resolving)),
    sample: orHole(() => resolveSample(inner("sample"))),
    coder: orHole(() => resolveCoder(inner("coder"))),
    propose: orHole(() => resolvePropose(inner("propose"), resolving)),
    loss: orHole(() => inner("loss").values as unknown as RpnModel["loss"]),
  };
}

function resolveHead(view: SectionView, { channels, stride }: Level, resolving: Resolving): Network {
  const head = sequence(view, "head", "rpn.head", { kind: "image", channels, stride }, resolving);
  const { shape } = head.results[0]!;
  if (shape.kind !== "image" || shape.stride !== stride)
    reportOutput(view, "head", showShape(shape), `a map of stride ${stride}, as its input has`, resolving);
  return head;
}

export const perMode = (value: PlainValue): PerMode =>
  typeof value === "number" ? { train: value, test: value } : (value as unknown as PerMode);

function resolvePropose(view: SectionView, { report }: Resolving): ProposeModel {
  const { values } = view;
  const mode = (key: string) => orHole(() => perMode(values[key]!));
  const written = part(() => values.separate as ProposeModel["separate"] | undefined);
  const isByLevel = part(() => values.afterLevel !== undefined);
  known(() => {
    if (written() !== "offset" || !isByLevel()) return;
    const related = [{ message: "`afterLevel` is set here", span: placeOf(view, "afterLevel") }];
    report(diagnose(modelCodes, "model/after-level", {}, { span: placeOf(view, "separate"), related }));
  });
  return {
    beforeOver: orHole(() => values.beforeOver as ProposeModel["beforeOver"]),
    nms: orHole(() => values.nms as number),
    afterOver: orHole(() => values.afterOver as ProposeModel["afterOver"]),
    minimumSize: orHole(() => values.minimumSize as number),
    minimumScore: orHole(() => values.minimumScore as number),
    before: mode("before"),
    after: mode("after"),
    afterLevel: orHole(() => (isByLevel() ? perMode(values.afterLevel!) : null)),
    separate: orHole(() => written() ?? (isByLevel() ? "oneByOne" : "offset")),
  };
}

export function resolveMatch(view: SectionView, { report }: Resolving): MatchModel {
  const { values } = view;
  const positive = part(() => values.positive as number);
  const range = part(() => {
    const { negative } = values;
    return Array.isArray(negative) ? (negative as [number, number]) : ([0, negative as number] as const);
  });
  known(() => {
    const [, below] = range();
    if (below <= positive()) return;
    const related = [{ message: "`positive` is set here", span: placeOf(view, "positive") }];
    const where = { span: placeOf(view, "negative"), related };
    report(diagnose(modelCodes, "model/match-order", { negative: below, positive: positive() }, where));
  });
  return {
    positive: orHole(positive),
    negative: orHole(() => range()[1]),
    negativeFrom: orHole(() => range()[0]),
    keepBest: orHole(() => values.keepBest as boolean),
  };
}

export const resolveSample = ({ values }: SectionView): SampleModel => ({
  count: orHole(() => values.count as number),
  positive: orHole(() => values.positive as number),
  choose: orHole(() => values.choose as unknown as SampleModel["choose"]),
});

export const resolveCoder = ({ values }: SectionView): BoxCoderModel => ({
  weights: values.weights as unknown as BoxCoderModel["weights"],
  clamp: values.clamp as number,
});

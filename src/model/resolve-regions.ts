/** The second stage of a model: pooling, trunk and heads. */
import type { PlainValue } from "../check/catalog.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type { FeatureShape, HeadModel, Initializer, LossModel, RegionsModel, RoiOpModel } from "./model.ts";
import { resolveCoder, resolveMatch, resolveSample } from "./resolve-rpn.ts";
import { type Resolving, reportOutput, sequence } from "./resolving.ts";
import { type SectionView, subsection, type TypedView, typedSubsections } from "./section.ts";
import { showShape } from "./shapes.ts";

export function resolveRegions(
  model: SectionView,
  backbone: Backbone,
  classes: number,
  resolving: Resolving,
): RegionsModel | undefined {
  const view = subsection(model, "regions", resolving);
  const levels = levelsOn(view, backbone, resolving);
  const match = resolveMatch(subsection(view, "match", resolving), resolving);
  if (!levels) return undefined;
  checkLevels(levels, view.block!.on!.span, true, resolving);
  const pool = view.values.pool as unknown as RoiOpModel;
  const { channels } = levels[0]!;
  const trunk = sequence(view, "trunk", "regions.trunk", pooled(pool, channels), resolving);
  const output = trunk?.results[0]?.shape;
  if (output && output.kind !== "vector")
    reportOutput(view, "trunk", showShape(output), "a vector; end it with `flatten`", resolving);
  const headViews = typedSubsections(view, "head", resolving);
  checkHeads(headViews, view, resolving);
  const heads = headViews.map((head) => resolveHead(head, channels, classes, resolving));
  if (!trunk || heads.some((head) => head === undefined)) return undefined;
  const { size, level, epsilon } = subsection(view, "assign", resolving).values;
  return {
    levels,
    assign: { size: size as number, level: level as number, epsilon: epsilon as number },
    match,
    sample: resolveSample(subsection(view, "sample", resolving)),
    addTruths: view.values.addTruths as boolean,
    pool,
    trunk,
    heads: heads as readonly HeadModel[],
  };
}

const pooled = ({ size: [height, width] }: RoiOpModel, channels: number): FeatureShape => ({
  kind: "region",
  channels,
  height,
  width,
});

/** Losses of the RPN and the sum, which stand beside those of the heads. */
const lossNames = ["objectness", "rpnBoxes", "loss"];

function checkHeads(heads: readonly TypedView[], view: SectionView, { report }: Resolving): void {
  const count = (type: string): number => heads.filter((head) => head.type === type).length;
  const problems = [
    count("classify") === 1
      ? undefined
      : `it needs one head that classifies, and there are ${count("classify")}`,
    count("regress") === 1
      ? undefined
      : `it needs one head that regresses boxes, and there are ${count("regress")}`,
    count("segment") <= 1 ? undefined : `it takes one head that segments, and there are ${count("segment")}`,
  ];
  for (const problem of problems) {
    if (problem !== undefined) report(diagnose(modelCodes, "model/heads", { problem }, { span: view.span }));
  }
  const taken = [
    ...Object.keys(view.section.parameters),
    ...Object.keys(view.section.sections),
    ...lossNames,
  ];
  for (const { name, block } of heads) {
    const problem = `\`${name}\` already names something else, so that no head can be called so`;
    if (taken.includes(name))
      report(diagnose(modelCodes, "model/heads", { problem }, { span: block?.label?.span }));
  }
}

/** The class weights of a head are one a class and one for the background. */
function resolveHead(
  view: TypedView,
  channels: number,
  classes: number,
  resolving: Resolving,
): HeadModel | undefined {
  const { values, name, span } = view;
  const common = {
    name,
    path: `regions.${name}`,
    initializer: values.initializer as unknown as Initializer,
    biasInitializer: values.biasInitializer as unknown as Initializer,
    weight: values.weight as number,
    span,
  };
  const loss = values.loss as { readonly [key: string]: PlainValue };
  switch (view.type) {
    case "classify":
      return {
        kind: "classify",
        ...common,
        from: "trunk",
        outputs: classes + 1,
        loss: loss as unknown as LossModel,
      };
    case "regress": {
      const perClass = values.perClass as boolean;
      const coder = resolveCoder(subsection(view, "coder", resolving));
      return {
        kind: "regress",
        ...common,
        from: "trunk",
        perClass,
        outputs: perClass ? 4 * (classes + 1) : 4,
        coder,
        loss: loss as unknown as LossModel,
      };
    }
    default:
      return resolveSegment(view, common, channels, classes, resolving);
  }
}

type Common = Pick<HeadModel, "name" | "path" | "initializer" | "biasInitializer" | "weight" | "span">;

function resolveSegment(
  view: TypedView,
  common: Common,
  channels: number,
  classes: number,
  resolving: Resolving,
): HeadModel | undefined {
  const pool = view.values.pool as unknown as RoiOpModel;
  const layers = sequence(view, "layers", `${common.path}.layers`, pooled(pool, channels), resolving);
  const output = layers?.results[0]?.shape;
  if (output && (output.kind !== "region" || output.height !== output.width)) {
    reportOutput(view, "layers", showShape(output), "a square map", resolving);
  }
  const { perClass, ...loss } = view.values.loss as { readonly [key: string]: PlainValue };
  if (!layers) return undefined;
  return {
    kind: "segment",
    ...common,
    pool,
    layers,
    perClass: perClass as boolean,
    outputs: perClass ? classes + 1 : 1,
    loss: loss as unknown as LossModel,
  };
}

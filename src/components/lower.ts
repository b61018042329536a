/** A resolved model as typed graphs: reads as the papers do, from image to losses or detections. */

import type { Graph, Value } from "../ir/types.ts";
import type { HeadModel, Level, Model } from "../model/model.ts";
import { createBuilder } from "../ops/builder.ts";
import { invariant } from "../support/invariant.ts";
import { type Anchors, lowerAnchors } from "./anchors.ts";
import { type Bucket, createContext, type LowerContext } from "./context.ts";
import { lowerDetections } from "./detect.ts";
import { lowerHardness } from "./hard-examples.ts";
import { lowerClassLogits, lowerClassLoss } from "./heads/classify.ts";
import { headFeatures, withRealRows } from "./heads/features.ts";
import { lowerBoxDeltas, lowerBoxLoss } from "./heads/regress.ts";
import { lowerMaskLogits, lowerMaskLoss, lowerMasks, type SegmentHead } from "./heads/segment.ts";
import { lowerInput } from "./input.ts";
import { lowerNetwork, lowerSequence } from "./network.ts";
import { lowerOutsideProposals } from "./outside-proposals.ts";
import { poolRegions } from "./pool.ts";
import { lowerProposals, type Proposals } from "./propose.ts";
import { firstRegions, firstRows, sampleRegions, type TrainingRegions } from "./regions.ts";
import { lowerRpnHead, lowerRpnLosses, type RpnPredictions } from "./rpn.ts";
import { lowerNoise, lowerTruthMasks, lowerTruths, type Truths } from "./truths.ts";

/** What both modes share: features, and what an RPN makes of them. */
interface FirstStage {
  readonly context: LowerContext;
  readonly features: Readonly<Record<string, Value>>;
  readonly sizes: Value;
  /** Absent where the proposals come from outside. */
  readonly rpn: { readonly predictions: RpnPredictions; readonly anchors: Anchors } | undefined;
}

function lowerFirstStage(model: Model, bucket: Bucket, training: boolean): FirstStage {
  const builder = createBuilder(training ? "train" : "predict");
  const context = createContext(model, builder, bucket, training);
  const { images, sizes } = lowerInput(context);
  const features = lowerNetwork(context, model.backbone, { image: images });
  if (!model.rpn) return { context, features, sizes, rpn: undefined };
  const predictions = lowerRpnHead(context, levelsOf(features, model.rpn.levels));
  const anchors = lowerAnchors(context, predictions.grids, sizes);
  return { context, features, sizes, rpn: { predictions, anchors } };
}

function proposalsOf({ context, sizes, rpn }: FirstStage): Proposals {
  if (rpn) return lowerProposals(context, rpn.predictions, rpn.anchors, sizes);
  const { proposals } = context.model;
  invariant(proposals, "a model without an RPN reads proposals from outside");
  return lowerOutsideProposals(context, proposals, sizes);
}

const levelsOf = (features: Readonly<Record<string, Value>>, levels: readonly Level[]): Value[] =>
  levels.map((level) => {
    const value = features[level.name];
    invariant(value, `the backbone gives no level \`${level.name}\``);
    return value;
  });

function headOf<K extends HeadModel["kind"]>(
  model: Model,
  kind: K,
): Extract<HeadModel, { kind: K }> | undefined {
  return model.regions.heads.find((head): head is Extract<HeadModel, { kind: K }> => head.kind === kind);
}

/**
 * The forward graph of training: outputs the five losses (four without masks) and `loss`, their sum
 * (Lcls + Lbox + Lmask of He et al. 2017, and the two of the RPN), and updates the running statistics.
 */
export function lowerTraining(model: Model, bucket: Bucket): Graph {
  const stage = lowerFirstStage(model, bucket, true);
  const { context, features } = stage;
  const b = context.builder;
  const truths = lowerTruths(context);
  const levels = levelsOf(features, model.regions.levels);
  const first = lowerFirstLosses(stage, truths);
  const regions = sampleRegions(context, proposalsOf(stage), truths, (candidates) =>
    lowerHardness(context, levels, candidates, truths),
  );
  const losses = { ...first, ...lowerRegionLosses(context, levels, regions, truths) };
  for (const [name, value] of Object.entries(losses)) b.output(name, value, `the ${name} loss`);
  b.output(
    "loss",
    Object.values(losses).reduce((sum, loss) => context.at("losses").add(sum, loss)),
    "the sum of the losses",
  );
  return b.build();
}

function lowerFirstLosses({ context, rpn }: FirstStage, truths: Truths): Record<string, Value> {
  if (!rpn) return {};
  const noise = lowerNoise(context, "rpnNoise", rpn.anchors.boxes.type.shape[1]!);
  const { objectness, boxes } = lowerRpnLosses(context, rpn.predictions, rpn.anchors, truths, noise);
  return { objectness, rpnBoxes: boxes };
}

function lowerRegionLosses(
  context: LowerContext,
  levels: readonly Value[],
  regions: TrainingRegions,
  truths: Truths,
): Record<string, Value> {
  const losses: Record<string, Value> = {};
  const features = headFeatures(context, levels, regions);
  for (const head of context.model.regions.heads) {
    switch (head.kind) {
      case "classify":
        losses[head.name] = lowerClassLoss(
          context,
          head,
          lowerClassLogits(context, head, features(head)),
          regions,
        );
        break;
      case "regress":
        losses[head.name] = lowerBoxLoss(
          context,
          head,
          lowerBoxDeltas(context, head, features(head)),
          regions,
          truths,
        );
        break;
      case "segment":
        losses[head.name] = lowerSegmentLoss(context, head, levels, regions, () => features.source(head));
        break;
    }
  }
  return losses;
}

/** A mask head sees positives only, which stand in the first slots: of its own pooling, or of the rows that it continues. */
function lowerSegmentLoss(
  context: LowerContext,
  head: SegmentHead,
  levels: readonly Value[],
  regions: TrainingRegions,
  source: () => Value,
): Value {
  const b = context.at(head.path);
  const slots = firstRegions(context, regions, regions.positiveSlots);
  const positives = { ...slots, valid: b.greater(slots.labels, 0) };
  const [n, samples] = regions.labels.type.shape as [number, number];
  const rowsOfPositives = () => firstRows(b, source(), [n, samples], regions.positiveSlots);
  const input = head.pool
    ? poolRegions(context, `${head.path}.pool`, head.pool, levels, positives)
    : rowsOfPositives();
  const labels = b.reshape(slots.labels, { shape: [n * regions.positiveSlots] });
  const features = lowerSequence(withRealRows(context, positives), head.layers, input);
  const logits = lowerMaskLogits(context, head, features, labels);
  return lowerMaskLoss(context, head, logits, positives, lowerTruthMasks(context));
}

/** Detections of a batch: `boxes`, `scores`, `labels`, `valid`, and `masks` where the model has a mask head. */
export function lowerPrediction(model: Model, bucket: Bucket): Graph {
  const stage = lowerFirstStage(model, bucket, false);
  const { context, features: maps, sizes } = stage;
  const b = context.builder;
  const levels = levelsOf(maps, model.regions.levels);
  const proposals = proposalsOf(stage);
  const classify = headOf(model, "classify");
  const regress = headOf(model, "regress");
  invariant(classify && regress, "a model that detects has a classifier and a box head");
  const features = headFeatures(context, levels, proposals);
  const heads = { classify, classFeatures: features(classify), regress, boxFeatures: features(regress) };
  const found = lowerDetections(context, heads, proposals, sizes);
  b.output("boxes", found.boxes, "x1, y1, x2, y2 in pixels of the resized image, by descending score");
  b.output("scores", found.scores, "probability of the class");
  b.output("labels", found.labels, "class from 1; 0 is padding");
  b.output("valid", found.valid, "whether there is a detection");
  const segment = headOf(model, "segment");
  if (segment) {
    // Masks are computed for what is kept, not for every proposal (He et al. 2017, section 3.1, inference).
    const masks = lowerMasks(context, segment, headFeatures(context, levels, found)(segment), found.labels);
    b.output("masks", masks, "probability of each pixel of the box");
  }
  return b.build();
}

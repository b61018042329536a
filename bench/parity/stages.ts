/** The stages of a detector as functions of their own, fed what torchvision's stages were fed. */
import type { Bucket } from "../../src/components/context.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import type { Graph, Value } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { inferencePasses, optimize, trainingPasses } from "../../src/passes/pipeline.ts";
import { resultsOf, section, valuesOf } from "../../src/passes/section.ts";
import { holdSelections, selectionPrefix } from "../../src/passes/selections.ts";
import { invariant } from "../../src/support/invariant.ts";

type Values = Readonly<Record<string, Value>>;

/** The only value of that type and rank. */
function only(values: readonly Value[], dtype: Value["type"]["dtype"], rank: number): Value {
  const found = values.filter(({ type }) => type.dtype === dtype && type.shape.length === rank);
  invariant(found.length === 1, `one value ${dtype} of rank ${rank} is expected, ${found.length} found`);
  return found[0]!;
}

const numbered = (name: string, values: readonly Value[]): Values =>
  Object.fromEntries(values.map((value, index) => [`${name}.${index}`, value]));

/** The values between the stages of a graph, by the names that torchvision's tensors have in the recordings. */
function joints(graph: Graph, model: Model) {
  const at = (path: string) => resultsOf(graph, (place) => place === path);
  const image = only(at("input"), "f32", 4);
  const pyramid = model.backbone.results.map(({ value }) => only(at(value), "f32", 4));
  const proposals = resultsOf(graph, (place) => place.startsWith("rpn.propose"));
  return {
    at,
    image: { image },
    pyramid: numbered("pyramid", pyramid),
    rpn: {
      ...numbered("objectness", at("rpn.objectness")),
      ...numbered("rpnDeltas", at("rpn.boxes")),
    },
    proposals: { proposals: only(proposals, "f32", 3), proposalsValid: only(proposals, "bool", 2) },
    // Prediction has no use for it.
    anchor: { anchor: only(valuesOf(graph, (place) => place === "rpn.propose").slice(-1), "i32", 2) },
  };
}

/** Prediction in eight functions, six without masks; each input and output is named as in torchvision's recording. */
export function predictionStages(model: Model, bucket: Bucket): Readonly<Record<string, Graph>> {
  const graph = lowerPrediction(model, bucket);
  const { at, image, pyramid, rpn, proposals, anchor } = joints(graph, model);
  const outputs: Values = Object.fromEntries(graph.outputs.map(({ name, value }) => [name, value]));
  const { boxes, scores, labels, valid, masks } = outputs as Record<string, Value>;
  const found = { boxes: boxes!, valid: valid! };
  const pooled = { pooled: only(at("regions.pool"), "f32", 4) };
  const heads = {
    classLogits: only(at("regions.label"), "f32", 2),
    boxDeltas: only(at("regions.box"), "f32", 3),
  };
  const candidates = only(at("rpn.propose.before"), "i32", 2);
  const cuts: Record<string, readonly [Values, Values]> = {
    pyramid: [image, pyramid],
    rpn: [pyramid, rpn],
    proposals: [rpn, { ...proposals, ...anchor, candidates }],
    pool: [{ ...pyramid, ...proposals }, pooled],
    heads: [pooled, heads],
    detect: [
      { ...heads, ...proposals },
      { ...found, scores: scores!, labels: labels! },
    ],
  };
  if (masks) {
    const maskPooled = { maskPooled: only(at("regions.mask.pool"), "f32", 4) };
    cuts.maskPool = [{ ...pyramid, ...found }, maskPooled];
    cuts.mask = [{ ...maskPooled, labels: labels! }, { masks }];
  }
  return mapValues(cuts, ([from, to], name) => optimize(section(graph, name, { from, to }), inferencePasses));
}

/** `sample`: what is matched and sampled; `losses`: the losses of torchvision's samples. */
export function trainingStages(model: Model, bucket: Bucket): Readonly<Record<string, Graph>> {
  const graph = lowerTraining(model, bucket);
  const { image, proposals, anchor } = joints(graph, model);
  const chosen = (wanted: boolean): Values =>
    Object.fromEntries(
      graph.outputs
        .filter(({ name }) => name.startsWith(selectionPrefix) === wanted)
        .map(({ name, value }) => [name, value]),
    );
  const sample = section(graph, "sample", { from: { ...proposals, ...anchor }, to: chosen(true) });
  const held = holdSelections(graph);
  const losses = section(held, "losses", { from: image, to: chosen(false) });
  return mapValues({ sample, losses }, (stage) => optimize(stage, trainingPasses));
}

const mapValues = <T, R>(record: Readonly<Record<string, T>>, of: (value: T, key: string) => R) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value, key)]));

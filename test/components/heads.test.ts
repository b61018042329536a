/** Forms of the heads that the nuclei configs do not use: each lowers, has gradients, and computes what its formula says. */
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { createContext } from "../../src/components/context.ts";
import { lowerDetections } from "../../src/components/detect.ts";
import { lossOfClasses, lowerClassScores } from "../../src/components/heads/classify.ts";
import { lossOfPixels, lowerMaskLogits, lowerMasks } from "../../src/components/heads/segment.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import type { HeadModel, Model } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { randomStream } from "../../src/support/random.ts";
import { extended } from "../model/model-of.ts";

const bucket = { batch: 2, height: 64, width: 64, objects: 8, pixels: 2 * 64 * 64 };

/** The tiny config's body, with `regions` of its own. */
async function modelWith(regions: string, trunk = "twoDense(16)"): Promise<Model> {
  const body = `  classes = 3
  input { shortest = 64px  longest = 64px }
  backbone = smallResnet(6) -> fpn3(8)
  rpn { sample { count = 16 }  propose { before = 20  after = 10 } }
  detect { keep = 5 }
  regions { sample { count = 8 }  trunk = ${trunk}\n${regions}\n  }`;
  const { model, diagnostics } = await extended(body);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

function headOf<K extends HeadModel["kind"]>(model: Model, kind: K): Extract<HeadModel, { kind: K }> {
  return model.regions.heads.find((head): head is Extract<HeadModel, { kind: K }> => head.kind === kind)!;
}

const mask = "head mask: segment {";

test.each([
  ["softmax masks", `${mask} pool = roiAlign(7x7)  layers = maskHead(1, 8)  loss = softmaxCrossEntropy }`],
  [
    "one mask for all classes",
    `${mask} pool = roiAlign(7x7)  layers = maskHead(1, 8)  loss = sigmoidCrossEntropy(perClass = false) }`,
  ],
  [
    "masks by dense layers",
    `${mask} pool = roiAlign(7x7)  layers = flatten -> dense(8) as a -> relu  size = 14 }`,
  ],
  [
    "softmax masks by dense layers",
    `${mask} pool = roiAlign(7x7)  layers = flatten -> dense(8) as a -> relu  size = 14  loss = softmaxCrossEntropy }`,
  ],
  [
    "masks without a background",
    `${mask} pool = roiAlign(7x7)  layers = maskHead(1, 8)  withBackground = false }`,
  ],
  [
    "boxes without a background, which stands last",
    "background = last  head box: regress { withBackground = false }",
  ],
  ["one box for all classes", "head box: regress { perClass = false  loss = giou }"],
  ["machines with a hinge loss", "head label: classify { loss = hinge }  head box: regress { loss = ciou }"],
  ["focal scores", "head label: classify { loss = focal(gamma = 1.5) }  head box: regress { loss = l1 }"],
  ["binary scores", "head label: classify { loss = binaryCrossEntropy }  head box: regress { loss = diou }"],
  [
    "a head with a pool of its own",
    "remove label.from  head label: classify { pool = roiAlign(3x3)  layers = flatten -> dense(8) as a -> relu }",
  ],
])("%s: both graphs are built, and every weight has a gradient", async (_, regions) => {
  const model = await modelWith(regions);
  const training = lowerTraining(model, bucket);
  const { value, diagnostics } = differentiate(training, { loss: "loss" });
  expect(diagnostics).toEqual([]);
  const weights = training.parameters.filter(({ role }) => role === "weight").map(({ name }) => name);
  expect(weights.filter((name) => !value!.gradients.has(name))).toEqual([]);
  const shapes = lowerPrediction(model, bucket).outputs.map(({ name, value: { type } }) => [
    name,
    type.shape,
  ]);
  expect(Object.fromEntries(shapes)).toMatchObject({ boxes: [2, 5, 4], scores: [2, 5], labels: [2, 5] });
});

test("the RPN learns by the focal loss and the IoU of decoded boxes, without a number that is none", async () => {
  const { model } = await extended(`  input { shortest = 32px  longest = 32px }
  backbone = smallResnet(4, count = 1) -> fpn3(4)
  rpn { sample { count = 16 }  propose { before = 8  after = 4 }  loss { objectness = focal  boxes = ciou } }
  regions { sample { count = 4 }  trunk = flatten }`);
  const small = { batch: 1, height: 32, width: 32, objects: 2, pixels: 0 };
  const graph = lowerTraining(model!, small);
  const { graph: full, gradients } = differentiate(graph, { loss: "loss" }).value!;
  const wanted = ["rpn.boxes.filter", "rpn.objectness.filter", "backbone.stem.conv.filter"];
  const outputs = wanted.map((name) => ({ name, value: gradients.get(name)!, summary: "" }));
  const random = randomStream(5, "rpn");
  const values = (shape: readonly number[]) =>
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() - 0.4);
  const feeds = Object.fromEntries([
    ...full.parameters.map(({ name, value }) => [name, values(value.type.shape).map(Math.abs)]),
    ...full.inputs.map(({ name, value }) => [name, values(value.type.shape).map(Math.abs)]),
    ["imageSizes", [32, 32]],
    // One object, and one that is padding.
    ["truthBoxes", [4, 4, 20, 22, 0, 0, 0, 0]],
    ["truthLabels", [1, 0]],
  ]);
  const got = interpret({ ...full, outputs: [...graph.outputs, ...outputs] }, feeds).outputs;
  for (const name of ["objectness", "rpnBoxes"]) expect(got[name]!.data[0]).toBeGreaterThan(0);
  for (const name of wanted) {
    const gradient = [...got[name]!.data];
    expect(gradient.every(Number.isFinite), name).toBe(true);
    expect(
      gradient.some((value) => value !== 0),
      name,
    ).toBe(true);
  }
});

/** Mask R-CNN on C4: the last stage of the backbone is the trunk, and the mask head goes on from it (He et al. 2017, figure 4, left). */
const c4 = `head label: classify { layers = flatten }
    head box: regress { layers = flatten }
    ${mask} from = trunk  layers = deconv(2x2, 8, stride = 2) -> relu }`;

test("behind the trunk a mask head shares its parameters, in training and on what is detected", async () => {
  const model = await modelWith(c4, "conv(3x3, 16, stride = 2) as shared -> relu");
  const names = (graph: ReturnType<typeof lowerTraining>) =>
    graph.parameters.filter(({ role }) => role === "weight").map(({ name }) => name);
  const [training, prediction] = [lowerTraining(model, bucket), lowerPrediction(model, bucket)];
  expect(new Set(names(prediction))).toEqual(new Set(names(training)));
  expect(names(training).filter((name) => name.startsWith("regions.trunk"))).toEqual([
    "regions.trunk.shared.filter",
    "regions.trunk.shared.bias",
  ]);
  const runs = (graph: typeof training) =>
    graph.nodes.filter(
      ({ op, origin }) =>
        op === "conv2d" && origin.kind === "source" && origin.path === "regions.trunk.shared",
    ).length;
  expect([runs(training), runs(prediction)]).toEqual([1, 2]);
  const masks = prediction.outputs.find(({ name }) => name === "masks")!;
  expect(masks.value.type.shape).toEqual([2, 5, 8, 8]);
});

const contextOf = (model: Model) => createContext(model, createBuilder("heads"), bucket, true);

test.each(["first", "last"] as const)(
  "with the background %s, scores are of the classes alone",
  async (place) => {
    const model = await modelWith(`background = ${place}`);
    const context = contextOf(model);
    const logits = context.builder.constant([1, 2, 3, 4], "f32", [1, 4]);
    const head = headOf(model, "classify");
    context.builder.output("scores", lowerClassScores(context, head, logits), "");
    const labels = context.builder.constant([0], "i32", [1]);
    context.builder.output("loss", lossOfClasses(context, head, logits, labels), "");
    const { outputs } = interpret(context.builder.build(), {});
    const exponentials = [1, 2, 3, 4].map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    const share = exponentials.map((value) => value / sum);
    const wanted = place === "first" ? share.slice(1) : share.slice(0, 3);
    [...outputs.scores!.data].forEach((score, index) => {
      expect(score).toBeCloseTo(wanted[index]!, 6);
    });
    expect(outputs.loss!.data[0]).toBeCloseTo(-Math.log(share[place === "first" ? 0 : 3]!), 5);
  },
);

test("a region of the background is wrong for every machine, and one of a class right for its own", async () => {
  const model = await modelWith("head label: classify { loss = hinge }");
  const head = headOf(model, "classify");
  expect(head.outputs).toBe(3);
  const context = contextOf(model);
  const logits = context.builder.constant([0.5, -2, 0, 0.5, -2, 0], "f32", [2, 3]);
  const labels = context.builder.constant([0, 2], "i32", [2]);
  context.builder.output("loss", lossOfClasses(context, head, logits, labels), "");
  const { outputs } = interpret(context.builder.build(), {});
  // max(0, 1 + s) of all; of the second row, max(0, 1 - s) of its own class 2 instead.
  expect([...outputs.loss!.data]).toEqual([1.5 + 0 + 1, 1.5 + 3 + 1]);
});

test("a dense mask is the class's own block of the outputs", async () => {
  const model = await modelWith(`${mask} pool = roiAlign(7x7)  layers = flatten  size = 2 }`);
  const head = { ...headOf(model, "segment"), outputs: 4 };
  const context = contextOf(model);
  const features = context.builder.constant([1, 1], "f32", [2, 1]);
  const labels = context.builder.constant([3, 1], "i32", [2]);
  const { logits } = lowerMaskLogits(context, head, features, labels);
  context.builder.output("masks", logits, "");
  const weights = Array.from({ length: 16 }, (_, index) => index);
  const { outputs } = interpret(context.builder.build(), {
    "regions.mask.logits.weights": weights,
    "regions.mask.logits.bias": new Float32Array(16),
  });
  expect([...outputs.masks!.data]).toEqual([12, 13, 14, 15, 4, 5, 6, 7]);
});

test.each([
  [true, 3],
  [false, 1],
])("with perClass = %s, one box of three classes gives %d detections", async (perClass, count) => {
  const model = await modelWith("head box: regress { perClass = false }");
  const context = contextOf({ ...model, detect: { ...model.detect, perClass } });
  const b = context.builder;
  const features = b.constant([1], "f32", [1, 1]);
  const heads = { classify: headOf(model, "classify"), classFeatures: features };
  const boxes = { regress: headOf(model, "regress"), boxFeatures: features };
  const proposals = {
    boxes: b.constant([10, 10, 40, 40], "f32", [1, 1, 4]),
    valid: b.constant([1], "bool", [1, 1]),
    anchor: b.constant([0], "i32", [1, 1]),
    anchors: 1,
  };
  const sizes = b.constant([64, 64], "f32", [1, 2]);
  const found = lowerDetections(context, { ...heads, ...boxes }, proposals, sizes);
  b.output("labels", found.labels, "");
  const { outputs } = interpret(b.build(), {
    "regions.label.weights": [0, 1, 3, 2],
    "regions.label.bias": [0, 0, 0, 0],
    "regions.box.weights": [0, 0, 0, 0],
    "regions.box.bias": [0, 0, 0, 0],
  });
  const labels = [...outputs.labels!.data].filter((label) => label > 0);
  expect(labels).toEqual([2, 3, 1].slice(0, count));
});

test("softmax masks: cross entropy of the own class against all, and its share as the mask", async () => {
  const softmax = `${mask} pool = roiAlign(7x7)  layers = flatten  size = 1  loss = softmaxCrossEntropy }`;
  const model = await modelWith(softmax);
  const head = headOf(model, "segment");
  expect(head).toMatchObject({ outputs: 4, withBackground: true });
  const context = contextOf(model);
  const b = context.builder;
  const [features, labels] = [b.constant([1, 1], "f32", [2, 1]), b.constant([2, 2], "i32", [1, 2])];
  const flat = b.reshape(labels, { shape: [2] });
  const logits = lowerMaskLogits(context, head, features, flat);
  // The first pixel belongs to the object, the second does not.
  b.output("loss", lossOfPixels(context, head, logits, flat, b.constant([1, 0], "f32", [2, 1, 1])), "");
  b.output("masks", lowerMasks(context, head, features, labels), "");
  const scores = [0.5, -1, 2, 0.25];
  const { outputs } = interpret(b.build(), {
    "regions.mask.logits.weights": scores,
    "regions.mask.logits.bias": [0, 0, 0, 0],
  });
  const sum = scores.map(Math.exp).reduce((total, each) => total + each);
  const [background, own] = [Math.exp(0.5) / sum, Math.exp(2) / sum];
  expect(outputs.loss!.data[0]).toBeCloseTo(-Math.log(own), 5);
  expect(outputs.loss!.data[1]).toBeCloseTo(-Math.log(background), 5);
  expect(outputs.masks!.data[0]).toBeCloseTo(own, 6);
});

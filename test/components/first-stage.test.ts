/** What the options of anchors, proposals and samplers do, on a few boxes that can be checked by hand. */
import { expect, test } from "vitest";
import { buildProgram } from "../../src/compile.ts";
import { baseAnchors, lowerAnchors } from "../../src/components/anchors.ts";
import { clipBoxes } from "../../src/components/boxes.ts";
import { createContext } from "../../src/components/context.ts";
import { lowerTraining } from "../../src/components/lower.ts";
import { lowerOutsideProposals } from "../../src/components/outside-proposals.ts";
import { lowerProposals } from "../../src/components/propose.ts";
import { sampleHardest } from "../../src/components/sample.ts";
import type { Model } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { extended } from "../model/model-of.ts";

const modelWith = async (body: string): Promise<Model> => {
  const { model, diagnostics } = await extended(body);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
    [],
  );
  return model!;
};

const bucket = { batch: 2, height: 64, width: 64, objects: 2, pixels: 8 };
/** Maps of strides 4, 8, 16 and 32. */
const grids = [16, 8, 4, 2].map((side) => [side, side] as const);
const cells = grids.reduce((sum, [rows, columns]) => sum + rows * columns, 0);

const contextOf = (model: Model, training = true) => {
  const builder = createBuilder("test");
  return { builder, context: createContext(model, builder, bucket, training) };
};

/** Corners and flags of the anchors of a model, in images of 64 by 64 and 40 by 50 pixels. */
function anchorsOf(model: Model) {
  const { builder, context } = contextOf(model);
  const sizes = builder.input("sizes", { dtype: "f32", shape: [2, 2] }, "height and width");
  const anchors = lowerAnchors(context, grids, sizes);
  builder.output("boxes", anchors.boxes, "boxes");
  builder.output("trainable", anchors.trainable, "trainable");
  const { outputs } = interpret(builder.build(), { sizes: [64, 64, 40, 50] });
  return { boxes: [...outputs.boxes!.data], trainable: [...outputs.trainable!.data] };
}

const one = "rpn { anchors { sizes = perLevel(12px, 24px, 48px, 96px)  ratios = [1:1]";

/** The nine boxes that `generate_anchors.py` of py-faster-rcnn prints, whose last pixels belong to them. */
test("rounded sides are py-faster-rcnn's anchors", async () => {
  const { rpn } = await modelWith(
    "rpn on p4 { anchors { sizes = [128, 256, 512]px  rounded = sides  offset = 0.5 } }",
  );
  const printed = [
    [-84, -40, 99, 55],
    [-176, -88, 191, 103],
    [-360, -184, 375, 199],
    [-56, -56, 71, 71],
    [-120, -120, 135, 135],
    [-248, -248, 263, 263],
    [-36, -80, 51, 95],
    [-80, -168, 95, 183],
    [-168, -344, 183, 359],
  ];
  const middle = 8;
  const ours = baseAnchors(rpn!.anchors, 0, 16).map(([x1, y1, x2, y2]) => [
    x1 + middle,
    y1 + middle,
    x2 + middle - 1,
    y2 + middle - 1,
  ]);
  expect(ours).toEqual(printed);
});

test("scales are sizes in strides, and ratios can differ by level", async () => {
  const text = (more: string) => `remove rpn.anchors.sizes rpn { anchors { ${more} } }`;
  const { rpn } = await modelWith(text("scales = [2, 4]  ratios = [1:1, 1:2]"));
  expect(rpn!.anchors.sizes).toEqual([
    [8, 16],
    [16, 32],
    [32, 64],
    [64, 128],
  ]);
  expect(rpn!.anchors.perCell).toBe(4);
  const byLevel = await modelWith(
    text("scales = perLevel(8, 8, [4, 8], 8)  ratios = perLevel([1:1, 1:2], [1:1, 2:1], 1:1, [1:2, 2:1])"),
  );
  expect(byLevel.rpn!.anchors.ratios).toEqual([[1, 0.5], [1, 2], [1], [0.5, 2]]);
  expect(byLevel.rpn!.anchors.perCell).toBe(2);
});

test("the offset moves anchors by parts of a cell", async () => {
  const corner = anchorsOf(await modelWith(`${one} } }`)).boxes;
  const middle = anchorsOf(await modelWith(`${one}  offset = 0.5 } }`)).boxes;
  const moved = middle.map((value, index) => value - corner[index]!);
  expect(moved.slice(0, 4)).toEqual([2, 2, 2, 2]);
  expect(moved.slice(-4)).toEqual([16, 16, 16, 16]);
});

test("clipped anchors end at the border of their own image, and those outside train nothing", async () => {
  const { boxes, trainable } = anchorsOf(await modelWith(`${one}  clip = true } }`));
  expect(boxes).toHaveLength(2 * cells * 4);
  expect(boxes.slice(0, 4)).toEqual([0, 0, 6, 6]);
  const second = boxes.slice(cells * 4);
  expect(Math.max(...second.filter((_, index) => index % 4 === 2))).toBe(50);
  expect(Math.max(...second.filter((_, index) => index % 4 === 3))).toBe(40);
  second.forEach((_, index) => {
    if (index % 4 !== 0) return;
    const [x1, y1, x2, y2] = second.slice(index, index + 4) as [number, number, number, number];
    if (x2 - x1 <= 0 || y2 - y1 <= 0) expect(trainable[cells + index / 4]).toBe(0);
  });
});

test("a box that ends with its last pixel keeps one inside the image", () => {
  const b = createBuilder("clip");
  const boxes = b.constant([-9, -9, -3, 5, 70, 10, 99, 80], "f32", [1, 2, 4]);
  const sizes = b.constant([64, 50], "f32", [1, 2]);
  b.output("difference", clipBoxes(b, boxes, sizes), "clipped");
  b.output("inclusive", clipBoxes(b, boxes, sizes, "inclusive"), "clipped");
  const { outputs } = interpret(b.build(), {});
  expect([...outputs.difference!.data]).toEqual([0, 0, 0, 5, 50, 10, 50, 64]);
  expect([...outputs.inclusive!.data]).toEqual([0, 0, 1, 5, 49, 10, 50, 64]);
});

const logit = (index: number): number => Math.sin(index * 12.9898) * 4;

/** What is proposed where anchors have scores of no order and do not move. */
function proposalsOf(model: Model, training = true) {
  const { builder, context } = contextOf(model, training);
  const sizes = builder.input("sizes", { dtype: "f32", shape: [2, 2] }, "height and width");
  const anchors = lowerAnchors(context, grids, sizes);
  const logits = builder.input("logits", { dtype: "f32", shape: [2, cells, 1] }, "scores");
  const deltas = builder.constant(new Float32Array(2 * cells * 4), "f32", [2, cells, 4]);
  const proposals = lowerProposals(context, { logits, deltas, grids }, anchors, sizes);
  for (const name of ["boxes", "valid", "anchor"] as const) builder.output(name, proposals[name], name);
  const { outputs } = interpret(builder.build(), {
    sizes: [64, 64, 64, 64],
    logits: Array.from({ length: 2 * cells }, (_, index) => logit(index)),
  });
  const count = outputs.valid!.type.shape[1]!;
  return [0, 1].map((image) =>
    [...outputs.anchor!.data]
      .slice(image * count, (image + 1) * count)
      .filter((_, slot) => outputs.valid!.data[image * count + slot] === 1),
  );
}

const levelOf = (anchor: number): number => {
  const ends = [256, 320, 336, 340];
  return ends.findIndex((end) => anchor < end);
};

const propose = (text: string) =>
  modelWith(`${one} } propose { before = 60  after = 20  nms = 0.3 ${text} } }`);

test("an NMS for each level keeps what one over levels apart keeps, in the same order", async () => {
  const offset = proposalsOf(await propose(""));
  expect(proposalsOf(await propose("separate = oneByOne"))).toEqual(offset);
  expect(offset.map((anchors) => anchors.length)).toEqual([20, 20]);
  const scores = offset[0]!.map(logit);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

test("counts before NMS hold for each level or for all together", async () => {
  const most = 4;
  const text = `before = ${most}  after = 100  nms = 1`;
  const set = (more: string) => modelWith(`${one} } propose { ${text} ${more} } }`);
  const [byLevel] = proposalsOf(await set(""));
  expect([0, 1, 2, 3].map((level) => byLevel!.filter((anchor) => levelOf(anchor) === level).length)).toEqual([
    4, 4, 4, 4,
  ]);
  const [together] = proposalsOf(await set("beforeOver = image"));
  const best = Array.from({ length: cells }, (_, index) => index).sort((a, b) => logit(b) - logit(a));
  expect(together).toEqual(best.slice(0, most));
});

test("a limit of each level holds before levels are joined", async () => {
  const limited = proposalsOf(await propose("afterLevel = { train = 3, test = 2 }"));
  for (const anchors of limited) {
    expect(anchors.length).toBeGreaterThan(4);
    for (const level of [0, 1, 2, 3])
      expect(anchors.filter((anchor) => levelOf(anchor) === level).length).toBeLessThanOrEqual(3);
  }
  const tested = proposalsOf(await propose("afterLevel = { train = 3, test = 2 }"), false);
  expect(tested[0]!.filter((anchor) => levelOf(anchor) === 0)).toHaveLength(2);
});

test("a count over the batch keeps the best of all images in training, and is one of each image else", async () => {
  const model = await propose("afterOver = batch");
  const each = proposalsOf(await propose("")).map((anchors, image) =>
    anchors.map((anchor) => ({ image, anchor, score: logit(image * cells + anchor) })),
  );
  const best = each
    .flat()
    .sort((a, b) => b.score - a.score)
    .slice(0, 20);
  const wanted = [0, 1].map((image) => best.filter((row) => row.image === image).map(({ anchor }) => anchor));
  expect(proposalsOf(model)).toEqual(wanted);
  expect(proposalsOf(model, false).map((anchors) => anchors.length)).toEqual([20, 20]);
});

test("proposals from outside are clipped, and what has no area is left out", async () => {
  const model = await modelWith("remove rpn  proposals = file(count = 3)");
  const { builder, context } = contextOf(model);
  const sizes = builder.constant([64, 64, 40, 50], "f32", [2, 2]);
  const { boxes, valid } = lowerOutsideProposals(context, model.proposals!, sizes);
  builder.output("boxes", boxes, "boxes");
  builder.output("valid", valid, "valid");
  const given = [-4, 2, 8, 9, 70, 1, 80, 5, 1, 1, 9, 9, 30, 20, 60, 60, 0, 0, 0, 0, 5, 5, 6, 6];
  const { outputs } = interpret(builder.build(), { proposalBoxes: given, proposalValid: [1, 1, 0, 1, 1, 1] });
  expect([...outputs.valid!.data]).toEqual([1, 0, 0, 1, 0, 1]);
  expect([...outputs.boxes!.data]).toEqual([
    0, 2, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 30, 20, 50, 40, 0, 0, 0, 0, 5, 5, 6, 6,
  ]);
});

test("the hardest are the regions of highest loss that do not overlap a harder one, of either kind", () => {
  const b = createBuilder("hard");
  const boxes = b.constant(
    [0, 0, 10, 10, 1, 0, 11, 10, 20, 0, 30, 10, 40, 0, 50, 10, 60, 0, 70, 10],
    "f32",
    [1, 5, 4],
  );
  const flags = (values: readonly number[]) => b.constant(values, "bool", [1, 5]);
  const hardness = b.constant([3, 5, 1, 9, 2], "f32", [1, 5]);
  const eligible = { boxes, positive: flags([1, 0, 0, 0, 1]), negative: flags([0, 1, 1, 0, 0]) };
  const { positive, negative } = sampleHardest(b, { count: 3, nms: 0.5 }, eligible, hardness);
  b.output("index", positive.index, "index");
  b.output("positive", positive.valid, "positive");
  b.output("negative", negative.valid, "negative");
  const { outputs } = interpret(b.build(), {});
  // Box 3 is neither positive nor negative, and box 0 overlaps box 1, which is harder.
  expect([...outputs.index!.data]).toEqual([1, 4, 2]);
  expect([...outputs.positive!.data]).toEqual([0, 1, 0]);
  expect([...outputs.negative!.data]).toEqual([1, 0, 1]);
});

test("hard-example mining draws no noise and moves no statistic twice", async () => {
  const body = "regions { sample { count = 8  choose = hardest(nms = 0.6) } }";
  const graph = lowerTraining(await modelWith(body), bucket);
  const plain = lowerTraining(await modelWith("regions { sample { count = 8 } }"), bucket);
  const names = (of: typeof graph) => of.inputs.map(({ name }) => name);
  expect(names(plain)).toContain("regionNoise");
  expect(names(graph)).toEqual(names(plain).filter((name) => name !== "regionNoise"));
  expect(graph.updates.map(({ parameter }) => parameter)).toEqual(
    plain.updates.map(({ parameter }) => parameter),
  );
  expect(graph.parameters.map(({ name }) => name).sort()).toEqual(
    plain.parameters.map(({ name }) => name).sort(),
  );
});

test.each([
  ["hardest examples", "regions { sample { choose = hardest } }"],
  ["a maximum of warped samples", "regions { pool = roiWarp(7x7, reduce = max) }"],
  ["a crop", "regions { pool = roiCrop(7x7) }"],
  ["adaptive sampling", "regions { pool = roiAlign(7x7, sampling = adaptive, aligned = true) }"],
  ["one NMS a level, a limit over the batch", "rpn { propose { afterLevel = 20  afterOver = batch } }"],
  ["clipped anchors and inclusive boxes", "boxWidth = inclusive  rpn { anchors { clip = true } }"],
  ["proposals from outside", "remove rpn  proposals = file"],
])("a model with %s has its gradients", async (_, body) => {
  const model = await modelWith(body);
  const { value, diagnostics } = buildProgram(model, { train: { train_step: bucket } });
  expect(diagnostics).toEqual([]);
  expect(value!.functions.train_step!.outputs.map(({ name }) => name)).toContain("gradientNorm");
});

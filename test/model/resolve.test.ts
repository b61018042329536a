import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lowerPrediction } from "../../src/components/lower.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { LayerUse, Model } from "../../src/model/model.ts";
import { modelToJson } from "../../src/model/to-json.ts";
import { extended, extension, lineOf, modelOf, outcomeOf } from "./model-of.ts";

const faster = "configs/faster-rcnn-nuclei.rcnn";
const mask = "configs/mask-rcnn-nuclei.rcnn";

const layersOf = (model: Model): readonly LayerUse[] =>
  [
    model.backbone,
    ...(model.rpn ? [model.rpn.head] : []),
    model.regions.trunk,
    ...model.regions.heads.flatMap((head) => (head.kind === "segment" ? [head.layers] : [])),
  ].flatMap((network) => network.layers);

function countWeights(model: Model): number {
  const { parameters } = lowerPrediction(model, {
    batch: 1,
    height: 128,
    width: 128,
    objects: 8,
    pixels: 64,
  });
  const sizes = parameters.map(({ role, value }) =>
    role === "weight" ? value.type.shape.reduce((a, b) => a * b, 1) : 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("the Mask R-CNN for nuclei resolves to what the golden file says", async () => {
  const text = `${JSON.stringify(modelToJson(await modelOf(mask)), undefined, 1)}\n`;
  await expect(text).toMatchFileSnapshot("mask-rcnn-nuclei.golden.json");
});

/** 1,815,915 is what test/oracles' peer, torchvision's model of the same sizes, counts. */
test("the nuclei models have the trainable parameters of their peer", async () => {
  expect(countWeights(await modelOf(mask))).toBe(1_815_915);
  // Without the mask branch: two 3x3 convolutions, the enlargement and the two masks' filters, with biases.
  expect(countWeights(await modelOf(faster))).toBe(
    1_815_915 - 2 * (9 * 64 * 64 + 64) - (4 * 64 * 64 + 64) - (64 * 2 + 2),
  );
});

test("the Mask text changes the Faster model's pool and adds a head, and nothing else", async () => {
  const [before, after] = [await modelOf(faster), await modelOf(mask)];
  expect(after.regions.pool).toMatchObject({ kind: "roiAlign", size: [7, 7], sampling: 2, aligned: false });
  expect(before.regions.pool).toEqual({ kind: "roiPool", size: [7, 7] });
  expect(after.regions.heads.map(({ name }) => name)).toEqual(["label", "box", "mask"]);
  const { pool: _p, heads: _h, ...rest } = after.regions;
  expect(before).toMatchObject({
    rpn: after.rpn,
    backbone: after.backbone,
    train: after.train,
    detect: after.detect,
    regions: rest,
  });
});

test("paths are result, use and place in a repeat, and unique", async () => {
  const paths = layersOf(await modelOf(mask)).map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "backbone.stem.conv",
      "backbone.c2.first.project",
      "backbone.c4.rest[0].conv2",
      "backbone.l3.add",
      "rpn.head.conv",
      "regions.trunk.fc6",
      "regions.mask.layers.body[1].conv",
    ]),
  );
  expect(new Set(paths).size).toBe(paths.length);
});

test("a value comes before the layers that read it", async () => {
  const model = await modelOf(mask);
  const known = new Set(["image", "input"]);
  for (const { path, inputs } of layersOf(model)) {
    for (const input of inputs) expect(known.has(input), `${path} reads ${input}`).toBe(true);
    known.add(path);
  }
});

test("a convolution has a bias unless only normalization reads it", async () => {
  const biased = layersOf(await modelOf(mask)).filter(({ attributes }) => attributes.bias === true);
  expect(biased.map(({ path }) => path).filter((path) => /conv1|conv2|stem|project/.test(path))).toEqual([]);
  const { model } = await extended(
    "  rpn { head = tap() }",
    "block tap() {\n  y = input -> conv(3x3, 64)\n  return y + (y -> batchNorm)\n}\n",
  );
  expect(model!.rpn!.head.layers[0]!.attributes.bias).toBe(true);
});

test("results that nothing reads are not built", async () => {
  const { model } = await extended("  rpn on p2..p4 { anchors { sizes = 16px } }");
  expect(model!.backbone.results.map(({ name }) => name)).toEqual(["p2", "p3", "p4"]);
  expect(layersOf(model!).some(({ path }) => path.startsWith("backbone.p5"))).toBe(false);
});

test("a layer that a parameter holds is called by the parameter, and may be a pipeline", async () => {
  const { model } = await extended(
    "  backbone = smallResnet(norm = frozenBatchNorm(epsilon = 1e-3)) -> fpn3(64)",
  );
  const norm = layersOf(model!).find(({ path }) => path === "backbone.stem.norm");
  expect(norm).toMatchObject({ layer: "frozenBatchNorm", attributes: { epsilon: 1e-3 } });
  const pipeline = await extended("  backbone = smallResnet(norm = batchNorm -> relu) -> fpn3(64)");
  expect(
    layersOf(pipeline.model!)
      .map(({ path }) => path)
      .slice(0, 4),
  ).toEqual([
    "backbone.stem.conv",
    "backbone.stem.norm.batchNorm",
    "backbone.stem.norm.relu",
    "backbone.stem.relu",
  ]);
});

test("a repeat of none gives its input, and an index counts from 0", async () => {
  const block =
    "block grow(n: integer) { return input -> flatten -> repeat n as i { return input -> dense(8 * (i + 1)) } as fc }\n";
  const { model } = await extended("  regions { trunk = grow(3) }", block);
  expect(model!.regions.trunk.layers.map(({ output }) => output.channels)).toEqual([3136, 8, 16, 24]);
  const none = await extended("  regions { trunk = grow(0) }", block);
  expect(none.model!.regions.trunk.results[0]!.value).toBe("regions.trunk.flatten");
});

test("inserting a layer renames no other", async () => {
  const paths = async (trunk: string) =>
    (await extended(`  regions { trunk = ${trunk} }`)).model!.regions.trunk.layers.map(({ path }) => path);
  const before = await paths("flatten -> dense(64) as a -> dense(64) as b");
  const after = await paths("flatten -> dense(64) as a -> relu -> dense(64) as between -> dense(64) as b");
  expect(after).toEqual(expect.arrayContaining([...before]));
});

test.each([
  [[], 200, 0.01, [160]],
  [["train.batch=2"], 400, 0.005, [320]],
  [["train.steps=5"], 5, 0.01, [4]],
  [["train.steps=5", "train.images=80"], 20, 0.01, [16]],
  [["train.rate=0.002", "train.batch=8"], 100, 0.002, [80]],
  [["train.schedule=steps(at = [1/3, 90iterations])"], 200, 0.01, [67, 90]],
  [["train.schedule=steps(at = [90iterations, 501images])"], 200, 0.01, [90, 126]],
  [["train.schedule=steps(at = [90iterations, 501images])", "train.batch=2"], 400, 0.005, [90, 251]],
  [["train.epochs=3epochs", "train.epoch=35images"], 27, 0.01, [22]],
  [
    ["train.epochs=3epochs", "train.epoch=35images", "train.schedule=steps(at = [0.5, 2epochs])"],
    27,
    0.01,
    [14, 18],
  ],
])("training with %j takes %d steps at rate %d", async (sets, steps, rate, at) => {
  const { train } = await modelOf(faster, { sets });
  expect(train).toMatchObject({ steps, schedule: { at } });
  expect(train.rate).toBeCloseTo(rate, 12);
});

test("without a train block a model trains as papers call 1x", async () => {
  const model = await modelOf(
    faster,
    { sets: [] },
    readFileSync(faster, "utf8").replace(/ {2}train \{[^}]*\}\n/, ""),
  );
  expect(model.train).toMatchObject({
    batch: 16,
    steps: 90_000,
    rate: 0.02,
    clip: null,
    schedule: { at: [60_000, 80_000], warmup: 500 },
  });
});

test("classes come from the text, else from the data", async () => {
  const text = extension("  remove classes");
  const outputs = (model: Model): readonly number[] => model.regions.heads.map((head) => head.outputs);
  expect(outputs(await modelOf("m.rcnn", { classes: 7 }, text))).toEqual([8, 32]);
  expect(outputs(await modelOf(mask, { classes: 1, sets: ["regions.box.perClass=false"] }))).toEqual([
    2, 4, 2,
  ]);
  const { diagnostics } = await outcomeOf(mask, { classes: 2 });
  expect(diagnostics.map((diagnostic) => [diagnostic.code, lineOf(diagnostic)])).toEqual([
    ["model/classes-conflict", 7],
  ]);
});

test("a range of negatives has a lower end", async () => {
  const { model } = await extended("  regions { match { negative = 0.1..0.4 } }");
  expect(model!.regions.match).toEqual({ positive: 0.5, negative: 0.4, negativeFrom: 0.1, keepBest: false });
});

test("sizes without `perLevel` hold on every level", async () => {
  const { model } = await extended("  rpn { anchors { sizes = [8, 16]px } }");
  expect(model!.rpn!.anchors).toMatchObject({
    sizes: [
      [8, 16],
      [8, 16],
      [8, 16],
      [8, 16],
    ],
    perCell: 6,
  });
});

test("a backbone of layers alone has one level, called `output`", async () => {
  const body = `  backbone = conv(3x3, 8, stride = 2) as a -> relu -> conv(3x3, 16, stride = 2) as b
  rpn on output { anchors { sizes = 16px }  head = relu }
  regions on output { trunk = flatten }`;
  const { model, diagnostics } = await extended(body);
  expect(diagnostics).toEqual([]);
  expect(model!.rpn!.levels).toEqual([{ name: "output", stride: 4, channels: 16 }]);
});

test("places lead from a path to the line that wrote it last", async () => {
  const { places } = await modelOf(mask);
  const { source, start } = places["regions.pool"]!;
  expect([source.name, source.text.slice(0, start).split("\n").length]).toEqual([mask, 6]);
  expect(places["rpn.anchors.sizes"]!.source.name).toBe(faster);
});

test("all errors come in one pass", async () => {
  const { diagnostics } = await extended(
    "  detect { nms = 2 }\n  rpn { head = cnv(3x3, 64) }\n  regions { pool = roiPool() }\n  train { steps = 2px }",
  );
  expect(diagnostics.map((diagnostic) => lineOf(diagnostic)).sort()).toEqual([4, 5, 6, 7]);
});

const resnet = `
network resnet(depth: 50 | 101 | 152 = 50, norm: layer = frozenBatchNorm, freeze: 0..5 = 2) -> { c2, c3, c4, c5 } {
  counts = { 50 = [3, 4, 6, 3], 101 = [3, 4, 23, 3], 152 = [3, 8, 36, 3] }[depth]
  stem   = input -> conv(7x7, 64, stride = 2) -> norm -> relu -> maxPool(3x3, stride = 2)
  c2     = stem -> stage(counts[0], 64, norm = norm)
  c3     = c2 -> stage(counts[1], 128, stride = 2, norm = norm)
  c4     = c3 -> stage(counts[2], 256, stride = 2, norm = norm)
  c5     = c4 -> stage(counts[3], 512, stride = 2, norm = norm)
}

block stage(count: integer, width: integer, stride: integer = 1, norm: layer) {
  return input -> bottleneck(width, stride = stride, norm = norm) as first
               -> repeat count - 1 { return input -> bottleneck(width, norm = norm) } as rest
}

block bottleneck(width: integer, stride: integer = 1, norm: layer) {
  shortcut = if stride > 1 or input.channels != 4 * width { return input -> conv(1x1, 4 * width, stride = stride) -> norm } else { return input }
  deep     = input -> conv(1x1, width) as conv1 -> norm as norm1 -> relu
                   -> conv(3x3, width, stride = stride) as conv2 -> norm as norm2 -> relu
                   -> conv(1x1, 4 * width) as conv3 -> norm as norm3
  return deep + shortcut -> relu
}
`;

/** numbers.md, 2.2: ResNet-50 without its classifier has 23,454,912 weights of convolutions, FPN-256 adds 3,344,384. */
test("ResNet-50 and FPN, as a text writes them, have the published numbers of weights", async () => {
  const body =
    "  backbone = resnet() -> fpn(256)\n  rpn on p2..p6 { anchors { sizes = 64px } }\n  regions on p2..p5 { sample { count = 8 } }";
  const { model, diagnostics } = await extended(body, resnet);
  expect(hasErrors(diagnostics)).toBe(false);
  const weights = (layers: readonly LayerUse[]): number =>
    layers.reduce((sum, { layer, attributes, inputShapes, output }) => {
      if (layer !== "conv") return sum;
      const [height, width] = attributes.kernel as [number, number];
      return (
        sum +
        height * width * inputShapes[0]!.channels * output.channels +
        (attributes.bias ? output.channels : 0)
      );
    }, 0);
  const layers = model!.backbone.layers;
  const pyramid = layers.filter(({ path }) => /^backbone\.[lp]\d/.test(path));
  expect(weights(pyramid)).toBe(3_344_384);
  expect(weights(layers) - weights(pyramid)).toBe(23_454_912);
  expect(layers.map(({ path }) => path)).toContain("backbone.c2.rest[1].conv2");
});

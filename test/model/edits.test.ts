/** Changes by the paths of uses: made at that use, at no other, and by the same path everywhere. */
import { expect, test } from "vitest";
import type { LayerUse, Model } from "../../src/model/model.ts";
import { extended, modelOf, type Options } from "./model-of.ts";

const layersOf = ({ backbone, rpn, regions }: Model): readonly LayerUse[] => [
  ...backbone.layers,
  ...rpn!.head.layers,
  ...regions.trunk.layers,
];

/** The layers, as `path layer`, that the small Faster R-CNN has only with or only without `body`. */
async function differenceOf(body: string, options: Options = {}): Promise<readonly string[]> {
  const lines = (model: Model) =>
    layersOf(model).map(({ path, layer, attributes }) => `${path} ${layer} ${JSON.stringify(attributes)}`);
  const before = lines(await modelOf("configs/faster-rcnn-nuclei.rcnn"));
  const { model, diagnostics } = await extended(body, "", options);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  const after = lines(model!);
  const short = (line: string): string => line.split(" ").slice(0, 2).join(" ");
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${short(line)}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${short(line)}`),
  ];
}

test.each([
  ["replace backbone.c2.first.conv1 = conv(5x5, 32, stride = 2)", ["backbone.c2.first.conv1 conv"]],
  ["replace backbone.c3.rest[0].norm1 = frozenBatchNorm", ["backbone.c3.rest[0].norm1 batchNorm"]],
  ["replace regions.trunk.fc6 = dense(64) -> relu", ["regions.trunk.fc6 dense"]],
])("%s replaces that use alone", async (edit, removed) => {
  const difference = await differenceOf(edit);
  expect(difference.filter((line) => line.startsWith("-"))).toEqual(removed.map((line) => `- ${line}`));
  expect(difference.length).toBeGreaterThan(removed.length);
});

test("a layer takes the path of the one that it replaces, also where it is named by a number", async () => {
  expect(await differenceOf("replace regions.trunk.relu.2 = dense(8)")).toEqual([
    "- regions.trunk.relu.2 relu",
    "+ regions.trunk.relu.2 dense",
  ]);
});

test("insert puts layers before or behind a use, and renames no other", async () => {
  const { model } = await extended(
    "insert conv(1x1, 64) as extra -> relu as extraRelu after rpn.head.conv  insert relu as first before rpn.head.conv",
  );
  expect(model!.rpn!.head.layers.map(({ path, inputs }) => `${inputs.join()} -> ${path}`)).toEqual([
    "input -> rpn.head.first",
    "rpn.head.first -> rpn.head.conv",
    "rpn.head.conv -> rpn.head.extra",
    "rpn.head.extra -> rpn.head.extraRelu",
    "rpn.head.extraRelu -> rpn.head.relu",
  ]);
});

test("remove takes a use away, and append puts layers behind one", async () => {
  expect(await differenceOf("remove regions.trunk.relu")).toEqual(["- regions.trunk.relu.2 relu"]);
  expect(await differenceOf("append rpn.head.relu = conv(1x1, 64) as last")).toEqual([
    "+ rpn.head.last conv",
  ]);
});

test("layers are put behind a result of the backbone", async () => {
  const { model } = await extended("insert conv(3x3, 64) as extra after backbone.p2");
  expect(model!.backbone.results[0]).toMatchObject({ name: "p2", value: "backbone.p2.extra" });
});

test.each([
  ["replace backbone.c2.first.conv1.kernel = 5x5", "backbone.c2.first.conv1", { kernel: [5, 5] }],
  ["replace regions.trunk.fc6.units = 4 * 16", "regions.trunk.fc6", { units: 64 }],
  ["backbone.stem.norm.momentum = 0.5", "backbone.stem.norm", { momentum: 0.5 }],
  [
    "replace backbone.p2.smooth.initializer = normal(0.5)",
    "backbone.p2.smooth",
    { initializer: { kind: "normal", deviation: 0.5 } },
  ],
])("%s sets an argument of that use", async (edit, path, attributes) => {
  const { model, diagnostics } = await extended(edit);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  expect(layersOf(model!).find((use) => use.path === path)?.attributes).toMatchObject(attributes);
});

test("an argument of a block inside reaches all that the block builds", async () => {
  expect(await differenceOf("replace backbone.c2.rest[0].basicBlock.norm = frozenBatchNorm")).toEqual([
    "- backbone.c2.rest[0].norm1 batchNorm",
    "- backbone.c2.rest[0].norm2 batchNorm",
    "+ backbone.c2.rest[0].norm1 frozenBatchNorm",
    "+ backbone.c2.rest[0].norm2 frozenBatchNorm",
  ]);
});

test("the same paths are changed from the command line", async () => {
  const sets = ["regions.trunk.fc6=dense(64)", "backbone.c2.first.conv1.kernel=5x5"];
  expect(await differenceOf("", { sets })).toEqual([
    "- backbone.c2.first.conv1 conv",
    "- regions.trunk.fc6 dense",
    "+ backbone.c2.first.conv1 conv",
    "+ regions.trunk.fc6 dense",
  ]);
});

test("a later model changes what an earlier one put in", async () => {
  const base = "model base extends faster_rcnn_nuclei { insert conv(1x1, 64) as extra after rpn.head.conv }";
  const text = `use "faster-rcnn-nuclei"\n${base}\nmodel m extends base { replace rpn.head.extra.kernel = 3x3 }`;
  const model = await modelOf("m.rcnn", {}, text);
  expect(model.rpn!.head.layers.find(({ path }) => path === "rpn.head.extra")?.attributes.kernel).toEqual([
    3, 3,
  ]);
});

test("a new value forgets what was changed inside the old one", async () => {
  const { model } = await extended("replace rpn.head.conv.kernel = 5x5  replace rpn.head = rpnHead()");
  expect(model!.rpn!.head.layers[0]!.attributes.kernel).toEqual([3, 3]);
});

/** Heads that continue a layer inside the trunk, or another head. */
import { expect, test } from "vitest";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import type { Graph } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { convert } from "../../src/syntax/rewrite.ts";
import { extended, extension, outcomeOf } from "../model/model-of.ts";

async function modelWith(body: string): Promise<Model> {
  const { model, diagnostics } = await extended(`regions {\n${body}\n}`);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual(
    [],
  );
  return model!;
}

const bucket = { batch: 1, height: 64, width: 64, objects: 2, pixels: 64 };

const weightsOf = ({ parameters }: Graph): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(
    parameters
      .filter(({ name }) => /^regions\..*\.weights$/.test(name))
      .map(({ name, value }) => [name.slice("regions.".length), value.type.shape]),
  );

const two = "trunk = flatten -> dense(48) as fc6 -> relu -> dense(24) as fc7 -> relu";

test("a head continues a layer of the trunk by its name", async () => {
  const model = await modelWith(
    `${two}\nhead label: classify { from = trunk }\nhead box: regress { from = fc6 }`,
  );
  expect(model.regions.heads.map(({ name, from }) => [name, from])).toEqual([
    ["label", undefined],
    ["box", { kind: "layer", path: "regions.trunk.fc6" }],
  ]);
  for (const graph of [lowerTraining(model, bucket), lowerPrediction(model, bucket)]) {
    expect(weightsOf(graph)).toMatchObject({
      "trunk.fc7.weights": [48, 24],
      "label.weights": [24, 2],
      "box.weights": [48, 8],
    });
  }
});

const blocks = `block deep() { return input -> conv(3x3, 4) -> relu }
block wide() { return input -> flatten -> repeat 2 { return input -> dense(9) as fc -> relu } as rest }`;
const nested = (from: string) =>
  `trunk = deep() as a -> wide() as b -> dense(5) as last
   head label: classify { from = ${from}  layers = flatten }`;

test.each([
  ["trunk.a.conv", "regions.trunk.a.conv", 7 * 7 * 4],
  ["trunk.b.rest[0].relu", "regions.trunk.b.rest[0].relu", 9],
  ["trunk.last", "regions.trunk.last", 5],
  ["trunk.a.relu", "regions.trunk.a.relu", 7 * 7 * 4],
])("a head continues a layer in a block of the trunk by its path: %s", async (from, path, width) => {
  const { model, diagnostics } = await extended(`regions {\n${nested(from)}\n}`, blocks);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(model!.regions.heads[0]!.from).toEqual({ kind: "layer", path });
  for (const graph of [lowerTraining(model!, bucket), lowerPrediction(model!, bucket)])
    expect(weightsOf(graph)["label.weights"]).toEqual([width, 2]);
});

test.each([
  ["a", "expected one of `trunk.a.conv`, `trunk.a.relu`."],
  ["trunk.a.cnv", "expected one of `trunk.a.conv`, `trunk.a.relu`."],
  ["trunk.b.rest[2].fc", "expected one of `trunk.b.rest[0].fc`, `trunk.b.rest[0].relu`, "],
  [
    "trunk.nowhere",
    "the trunk has no such layer, and no head is called so; expected one of `trunk`, `last`, `box`.",
  ],
])("%s leads to no layer, and what there is is named", async (from, message) => {
  const { diagnostics } = await extended(`regions {\n${nested(from)}\n}`, blocks);
  expect(diagnostics.map(({ code }) => code)).toEqual(["model/head-source"]);
  expect(diagnostics[0]!.message).toContain(message);
});

test("a path of a layer is the same in YAML", async () => {
  const text = extension(`regions {\n${nested("trunk.b.rest[0].relu")}\n}`, blocks);
  const yaml = convert({ name: "m.rcnn", text }).value!;
  expect(yaml).toContain("trunk.b.rest[0].relu");
  const again = await outcomeOf("m.yaml", {}, yaml);
  expect(again.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(again.model!.regions.heads[0]!.from).toMatchObject({ path: "regions.trunk.b.rest[0].relu" });
});

test("a layer that a head reads keeps its bias, though in the trunk a normalization follows", async () => {
  const trunk = "trunk = conv(3x3, 8) as first -> batchNorm -> relu -> flatten -> dense(8)";
  const mask = (from: string) =>
    `${trunk}\nhead mask: segment { ${from}  layers = deconv(2x2, 8, stride = 2) }`;
  const biases = async (from: string) =>
    lowerTraining(await modelWith(mask(from)), bucket)
      .parameters.map(({ name }) => name)
      .filter((name) => name === "regions.trunk.first.bias");
  expect(await biases("from = first")).toHaveLength(1);
  expect(await biases("pool = roiAlign(7x7)")).toHaveLength(0);
});

test("what no head reads of the trunk has no parameters", async () => {
  const model = await modelWith(
    `${two}\nhead label: classify { from = fc6 }\nhead box: regress { from = fc6 }`,
  );
  expect(Object.keys(weightsOf(lowerTraining(model, bucket)))).toEqual([
    "trunk.fc6.weights",
    "label.weights",
    "box.weights",
  ]);
});

test("a head that continues another shares its layers: once in the graph, as if they were the trunk's", async () => {
  const shared = await modelWith(
    "trunk = flatten\nhead label: classify { from = trunk  layers = dense(48) as own -> relu }\nhead box: regress { from = label }",
  );
  const plain = await modelWith(
    "trunk = flatten -> dense(48) as own -> relu\nhead label: classify { from = trunk }\nhead box: regress { from = trunk }",
  );
  for (const lower of [lowerTraining, lowerPrediction]) {
    const ops = (model: Model) =>
      lower(model, bucket)
        .nodes.map(({ op }) => op)
        .sort();
    expect(ops(shared)).toEqual(ops(plain));
  }
  const weights = weightsOf(lowerTraining(shared, bucket));
  expect(Object.keys(weights)).toEqual(["label.layers.own.weights", "label.weights", "box.weights"]);
  expect(weights["box.weights"]).toEqual([48, 8]);
});

test("a head may stand before the one that it continues", async () => {
  const model = await modelWith(
    "trunk = flatten\nhead label: classify { from = box }\nhead box: regress { from = trunk  layers = dense(16) as own -> relu }",
  );
  expect(model.regions.heads.map(({ name }) => name)).toEqual(["label", "box"]);
  expect(weightsOf(lowerTraining(model, bucket))["label.weights"]).toEqual([16, 2]);
});

test("a mask head continues a map inside the trunk, with the rows of positives, and again for what is detected", async () => {
  const model = await modelWith(
    `trunk = conv(3x3, 16) as first -> relu -> flatten -> dense(24)
     head mask: segment { from = first  layers = deconv(2x2, 8, stride = 2) -> relu }`,
  );
  expect(model.regions.heads.at(-1)).toMatchObject({ kind: "segment", size: 14 });
  const training = lowerTraining(model, bucket);
  const prediction = lowerPrediction(model, bucket);
  const rows = (graph: Graph) =>
    graph.nodes.filter(({ op }) => op === "conv2dInputGrad").map(({ outputs }) => outputs[0]!.type.shape);
  const positives = Math.floor(model.regions.sample.count * model.regions.sample.positive);
  expect(rows(training)).toEqual([[positives, 14, 14, 8]]);
  expect(rows(prediction)).toEqual([[model.detect.keep, 14, 14, 8]]);
  const named = (graph: Graph) =>
    graph.parameters.map(({ name }) => name).filter((name) => name.includes("first"));
  expect(named(prediction)).toEqual(named(training));
});

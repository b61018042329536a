/** What is frozen: by a `freeze` in a network, or by paths in `train`. */
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { buildProgram } from "../../src/compile.ts";
import { lowerTraining } from "../../src/components/lower.ts";
import { inspectModel } from "../../src/inspect.ts";
import type { Graph } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { extended, modelOf } from "../model/model-of.ts";

const bucket = { batch: 1, height: 64, width: 64, objects: 8, pixels: 64 * 64 };
const sizes = "  input { shortest = 64px  longest = 64px }\n  rpn { sample { count = 16 } }\n";

async function modelWith(body: string, declarations = ""): Promise<Model> {
  const { model, diagnostics } = await extended(sizes + body, declarations);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

const named = (graph: Graph, role: string): readonly string[] =>
  graph.parameters.filter((parameter) => parameter.role === role).map(({ name }) => name);

const stem = /^backbone\.(stem|c2)\./;

test("frozen layers keep weights and statistics: no gradient, no slot, no update", async () => {
  const model = await modelWith('  train { freeze = ["backbone.stem.*", "backbone.c2.*"] }');
  const graph = buildProgram(model, { train: { step: bucket } }).value!.functions.step!;
  const frozen = named(graph, "frozen");
  expect(frozen.length).toBeGreaterThan(10);
  expect(frozen.every((name) => stem.test(name))).toBe(true);
  const changed = graph.updates.map(({ parameter }) => parameter);
  expect(changed.filter((name) => stem.test(name))).toEqual([]);
  expect(changed).toContain("backbone.c3.first.norm1.mean");
  expect(named(graph, "weight").filter((name) => stem.test(name))).toEqual([]);
});

test("statistics of frozen normalization go on where the text says so", async () => {
  const model = await modelWith('  train { freeze = ["backbone.stem.*"]  freezeStatistics = false }');
  const graph = lowerTraining(model, bucket);
  expect(named(graph, "frozen")).toEqual([
    "backbone.stem.conv.filter",
    "backbone.stem.norm.scale",
    "backbone.stem.norm.offset",
  ]);
  expect(graph.updates.map(({ parameter }) => parameter)).toContain("backbone.stem.norm.mean");
});

test("in YAML the paths are plain strings", async () => {
  const yaml = `use: [faster-rcnn-nuclei]
model:
  m:
    extends: faster_rcnn_nuclei
    train: { freeze: ["backbone.stem.*"] }
`;
  const { train } = await modelOf("m.yaml", {}, yaml);
  expect(train.frozen).toEqual(["backbone.stem.conv", "backbone.stem.norm"]);
});

const network = `network half() -> { c2, c3, c4 } {
  stem = input -> conv(3x3, 8, stride = 2) -> relu
  c2   = stem -> conv(3x3, 8, stride = 2) -> relu -> freeze
  c3   = c2 -> conv(3x3, 16, stride = 2) -> relu
  c4   = c3 -> conv(3x3, 16, stride = 2) -> relu
}
`;

test("nothing before a `freeze` is trained, whoever else reads it", async () => {
  const model = await modelWith("  backbone = half() -> fpn3(8)", network);
  expect(model.train.frozen).toEqual(["backbone.stem.conv", "backbone.c2.conv"]);
  const graph = lowerTraining(model, bucket);
  const { value } = differentiate(graph, { loss: "loss" });
  expect(value!.gradients.has("backbone.c3.conv.filter")).toBe(true);
  expect(value!.gradients.has("backbone.c2.conv.filter")).toBe(false);
});

test("a pattern names heads and the RPN's last layers too, and machines train on frozen features", async () => {
  const all = '["backbone.*", "rpn.*", "regions.trunk.*", "regions.box"]';
  const model = await modelWith(
    `  train { freeze = ${all} }\n  regions { head label: classify { loss = hinge } }`,
  );
  const graph = buildProgram(model, { train: { step: bucket } }).value!.functions.step!;
  expect(named(graph, "weight")).toEqual(["regions.label.weights", "regions.label.bias"]);
});

test("inspect counts frozen weights apart, and the constants of frozen norms not at all", async () => {
  const whole = inspectModel(await modelWith(""));
  const part = inspectModel(await modelWith('  train { freeze = ["backbone.stem.*"] }'));
  const stemWeights = 3 * 3 * 3 * 16 + 2 * 16;
  expect(part.frozen).toBe(stemWeights);
  expect(part.parameters + part.frozen).toBe(whole.parameters);
  const constants = inspectModel(
    await modelWith(
      '  backbone = smallResnet(norm = frozenBatchNorm) -> fpn3(64)\n  train { freeze = ["backbone.stem.*"] }',
    ),
  );
  expect(constants.frozen).toBe(3 * 3 * 3 * 16);
});

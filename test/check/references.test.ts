/** Values that name other keys of the model follow them, whoever sets these. */
import { expect, test } from "vitest";
import type { Model } from "../../src/model/model.ts";
import { extended, extension, modelOf } from "../model/model-of.ts";

const base = `model base extends faster_rcnn_nuclei {
  input   { longest = 2 * input.shortest }
  regions { sample { count = rpn.sample.count / 4 }  trunk = twoDense(classes * 8) }
  detect  { keep = rpn.propose.after  nms = rpn.propose.minimumScore + 0.5 }
  train   { images = 100 * train.batch  clip = train.optimizer.momentum }
}`;

const modelWith = (body: string, sets: readonly string[] = []): Promise<Model> =>
  modelOf("m.rcnn", { sets }, `use "faster-rcnn-nuclei"\n${base}\nmodel m extends base { ${body} }`);

const numbers = ({ input, regions, detect, train }: Model) => ({
  longest: input.longest,
  count: regions.sample.count,
  width: regions.trunk.layers.find(({ path }) => path === "regions.trunk.fc6")!.attributes.units,
  keep: detect.keep,
  nms: detect.nms,
  steps: train.steps,
  clip: train.clip,
});

const before = { longest: 256, count: 64, width: 8, keep: 100, nms: 0.5, steps: 100, clip: 0.9 };

test("a value follows the key that it names, set, inherited or left to its default", async () => {
  expect(numbers(await modelWith(""))).toEqual(before);
});

test("it follows an extension and a value from the command line", async () => {
  const model = await modelWith("classes = 3  rpn { sample { count = 128 } }", [
    "input.shortest=64px",
    "rpn.propose.after=30",
    "train.optimizer.momentum=0.5",
  ]);
  expect(numbers(model)).toEqual({ ...before, longest: 128, count: 32, width: 24, keep: 30, clip: 0.5 });
});

test("units come with the value", async () => {
  const { diagnostics } = await extended("train { images = 10 * input.shortest }");
  expect(diagnostics.map(({ code }) => code)).toEqual(["check/wrong-value"]);
  const mixed = await extended("train { images = train.batch + input.shortest }");
  const text = extension("train { images = train.batch + input.shortest }");
  expect(mixed.diagnostics[0]!.code).toBe("check/mixed-units");
  expect(mixed.diagnostics[0]!.related!.map(({ span }) => span.source.text === text)).toEqual([false, false]);
});

test("a default is that of the model's profile", async () => {
  const body = "detect { minimumSize = rpn.propose.minimumSize }";
  expect((await extended(body)).model!.detect.minimumSize).toBe(1e-3);
  expect((await extended(`profile = detectron2 ${body}`)).model!.detect.minimumSize).toBe(0);
});

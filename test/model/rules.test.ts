/** Rules over a resolved model keep silent where the text is right; what they find, test/diagnostics/model shows. */
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { render } from "../../src/diagnostics/render.ts";
import { resolveFile } from "../../src/language.ts";
import { extended, type Options } from "./model-of.ts";

const configs = readdirSync("configs").filter((name) => /\.(rcnn|yaml)$/.test(name));

test.each(configs)("no rule has anything to say of configs/%s", async (name) => {
  const { diagnostics } = await resolveFile(`configs/${name}`, {});
  expect(diagnostics.map((each) => render(each))).toEqual([]);
});

const codesOf = async (body: string, options: Options = {}): Promise<readonly string[]> =>
  (await extended(body, "", options)).diagnostics.map(({ code }) => code);

const silent: readonly [string, string, Options?][] = [
  ["as many boxes after NMS as all levels give", "rpn { propose { before = 25  after = 100 } }"],
  [
    "a limit of a batch that all its images reach",
    "rpn { propose { before = 50  after = 200  afterOver = batch } }",
  ],
  ["as many samples as proposals", "regions { sample { count = 100 } }"],
  ["as many detections as proposals", "detect { keep = 100 }"],
  [
    "anchors as large as the image and as small as the finest stride",
    "rpn { anchors { sizes = [4, 128]px } }",
  ],
  ["anchors as small as each stride", "rpn { anchors { sizes = perLevel(4px, 8px, 16px, 32px) } }"],
  ["a level of one cell", "input { shortest = 32px  longest = 32px }  rpn { anchors { sizes = [4, 32]px } }"],
  ["a rate that follows the batch", "train { rate = 0.1 per 4images }", { sets: ["train.batch=8"] }],
  ["a rate and a batch of one text", "train { batch = 8images  rate = 0.1 }"],
  ["a rate and a batch of one command line", "", { sets: ["train.rate=0.1", "train.batch=8"] }],
  ["a rate that was set behind the batch", "train { batch = 8images }", { sets: ["train.rate=0.1"] }],
  [
    "moments that rounding makes the same",
    "train { schedule = steps(at = [66%, 67%]) }",
    { sets: ["train.steps=2"] },
  ],
  ["a moment at the end of the run", "train { schedule = steps(at = [200iterations]) }"],
  ["the means of Caffe in its order", "input { normalize = caffe }"],
  [
    "means of another data set",
    "input { normalize = { scale = 1  mean = [90, 95, 70]  deviation = [50, 50, 60]  order = bgr } }",
  ],
  [
    "pixels that only lose a half",
    "input { normalize = { scale = 2/255  mean = [1, 1, 1]  deviation = [1, 1, 1]  order = rgb } }",
  ],
  ["one layer that trains", 'train { freeze = ["backbone.*", "rpn.*", "regions.trunk.*", "regions.label"] }'],
  ["a range of negatives", "regions { match { positive = 0.5  negative = 0.1..0.5 } }"],
];

test.each(silent)("nothing is said of %s", async (_, body, options) => {
  expect(await codesOf(`  ${body}`, options)).toEqual([]);
});

test("a batch that is set behind a rate of the text is told, wherever it is set", async () => {
  const rate = "  train { rate = 0.1 }";
  expect(await codesOf(rate, { sets: ["train.batch=8"] })).toEqual(["model/fixed-rate"]);
  expect(await codesOf(rate)).toEqual([]);
});

test("a warning leaves the model as it is", async () => {
  const { model, diagnostics } = await extended("  detect { keep = 101 }");
  expect(diagnostics.map(({ severity }) => severity)).toEqual(["warning"]);
  expect(model!.detect.keep).toBe(101);
});

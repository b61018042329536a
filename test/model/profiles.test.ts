/** Profiles set what the text leaves open, each value where the model holds it. */
import { expect, test } from "vitest";
import type { Catalog } from "../../src/check/catalog.ts";
import { catalog } from "../../src/components/catalog.ts";
import { profiles } from "../../src/components/profiles.ts";
import type { Model } from "../../src/model/model.ts";
import { applyProfile } from "../../src/model/profile.ts";
import { modelToJson } from "../../src/model/to-json.ts";
import { extended, outcomeOf } from "./model-of.ts";

/** Nothing in it says what a profile could say. */
const plain = (line: string): string => `use "library/small-resnet"
use "library/fpn"
use "library/heads"
model m {
  classes  = 3
${line}
  backbone = smallResnet() -> fpn3(64)
  rpn on p2..p5 { anchors { sizes = 32px }  head = rpnHead() }
  regions on p2..p4 {
    pool  = roiAlign(7x7)
    trunk = twoDense(256)
    head label: classify {}
    head box: regress {}
    head mask: segment { pool = roiAlign(14x14)  layers = maskHead() }
  }
}
`;

async function modelWith(line: string): Promise<Model> {
  const { model, diagnostics } = await outcomeOf("m.rcnn", {}, plain(line));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

test("Detectron2's conventions by one word", async () => {
  const model = await modelWith("  profile = detectron2");
  expect(model.input).toMatchObject({
    shortest: 800,
    trainShortest: { kind: "choice", sizes: [640, 672, 704, 736, 768, 800] },
    order: "bgr",
    mean: [103.53, 116.28, 123.675],
  });
  expect(model.rpn).toMatchObject({
    propose: { after: { train: 1000, test: 1000 }, minimumSize: 0 },
    loss: { boxes: { kind: "l1" } },
    anchors: { rounding: "none" },
  });
  expect(model.regions).toMatchObject({
    background: "last",
    pool: { kind: "roiAlign", sampling: "adaptive", aligned: true },
    heads: [
      { kind: "classify", outputs: 4, initializer: { kind: "normal", deviation: 0.01 } },
      { kind: "regress", outputs: 12, loss: { kind: "l1" } },
      { kind: "segment", outputs: 3, pool: { sampling: "adaptive", aligned: true } },
    ],
  });
  expect(model.detect).toMatchObject({ paste: "sampled", minimumSize: 0 });
  expect(model.train).toMatchObject({
    optimizer: { normDecay: 0 },
    schedule: { warmup: 1000, warmupFrom: 1e-3 },
  });
});

test("Caffe's and torchvision's conventions by one word", async () => {
  const caffe = await modelWith("  profile = caffe2017");
  expect(caffe).toMatchObject({
    boxWidth: "inclusive",
    input: { order: "bgr", mean: [102.9801, 115.9465, 122.7717] },
    rpn: { anchors: { straddling: "discard", rounding: "sides" }, propose: { afterOver: "batch" } },
    regions: { background: "first", pool: { aligned: false } },
    train: { optimizer: { biasRate: 2, biasDecay: 0 }, schedule: { warmup: 500, warmupFrom: 1 / 3 } },
  });
  const parts = async (line: string) => {
    const { classIds, train, places: _, ...rest } = await modelWith(line);
    return { classIds, schedule: train.schedule, rest: modelToJson(rest as Model) };
  };
  const [torch, unset] = [await parts("  profile = torchvision"), await parts("")];
  expect(torch).toMatchObject({ classIds: "raw", schedule: { warmup: 1000, warmupFrom: 1e-3 } });
  expect(torch.rest).toEqual(unset.rest);
});

test.each([
  ["torchvision", [1, 1], [2, 2]],
  ["detectron2", [2, 2], [1, 1]],
  ["caffe2017", [2, 2], [1, 1]],
])(
  "with %s a ResNet has its strides where that code has them, unless the text says",
  async (name, in1x1, in3x3) => {
    const strides = async (call: string) => {
      const { model } = await extended(
        `  profile = ${name}\n  backbone = ${call} -> fpn(16)\n  regions on p2..p4 {}\n  rpn on p2..p5 {}`,
        'use "library/resnet"',
      );
      const strideOf = (path: string) =>
        model!.backbone.layers.find((each) => each.path === path)!.attributes.stride;
      return ["conv1", "conv2"].map((conv) => strideOf(`backbone.c3.first.${conv}`));
    };
    expect(await strides("resnet(50)")).toEqual([in1x1, in3x3]);
    expect(await strides("resnet(50, strideIn1x1 = true)")).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(await strides("resnet(50, strideIn1x1 = false)")).toEqual([
      [1, 1],
      [2, 2],
    ]);
  },
);

test("what the text gives stands above the profile, in a call too", async () => {
  const model = await modelWith(
    "  profile = detectron2\n  input { shortest = 500px }\n  train { optimizer = sgd(momentum = 0.8)  schedule = cosine(warmup = 9iterations) }",
  );
  expect(model.input.trainShortest).toEqual({ kind: "choice", sizes: [500] });
  expect(model.train.optimizer).toMatchObject({ momentum: 0.8, normDecay: 0 });
  expect(model.train.schedule).toMatchObject({ kind: "cosine", warmup: 9, warmupFrom: 1e-3 });
  const { model: based } = await extended("  profile = detectron2\n  regions { background = first }");
  expect(based!.regions.background).toBe("first");
  expect(based!.regions.heads[1]).toMatchObject({ outputs: 4, withBackground: false, loss: { beta: 1 / 9 } });
});

test.each(Object.keys(profiles))("%s changes each of its keys, to another value, and says so", (name) => {
  const changed = applyProfile(catalog, name);
  const own = Object.entries(profiles[name]!.defaults);
  for (const [path, value] of own) {
    const [before, after] = [catalog, changed].map((each) => parameterAt(each, path.split(".")));
    expect(after).toMatchObject({ default: value, profile: name });
    expect(before!.default).not.toEqual(value);
  }
});

function parameterAt(from: Catalog, path: readonly string[]) {
  const [role, name, key] = path as [string, string, string];
  const components = from.components as Readonly<Record<string, Catalog["components"]["layer"]>>;
  if (path.length === 3 && components[role]?.[name]) return components[role][name].parameters[key]!;
  const visit = (
    section: Catalog["model"],
    [first, ...rest]: readonly string[],
  ): Catalog["model"]["parameters"][string] => {
    if (rest.length === 0) return section.parameters[first!]!;
    const inner = section.sections[first!]!;
    return inner.kind === "one" ? visit(inner.section, rest) : visit(inner.types[rest[0]!]!, rest.slice(1));
  };
  return visit(from.model, path);
}

test("raw ids are classes up to the highest", async () => {
  const raw = (ids: readonly number[], line = "") =>
    outcomeOf("m.rcnn", { categoryIds: ids, classes: ids.length }, plain(`  classIds = raw${line}`));
  expect((await raw([1, 3])).model!.classes).toBe(3);
  expect((await raw([1, 2])).model!.classes).toBe(3);
  expect((await raw([1, 9])).diagnostics.map(({ message }) => message)).toEqual([
    "The ids of the categories cannot be classes: the highest is 9, and `classes` is 3.",
  ]);
  expect((await raw([0, 1])).diagnostics.map(({ code }) => code)).toEqual(["model/raw-ids"]);
});

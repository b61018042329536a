/** Costs are those that are published, to the last digit, and say what they are stated for. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { costOf, countsOfParts } from "../../src/cost/cost.ts";
import { resolveFile } from "../../src/language.ts";
import type { Model } from "../../src/model/model.ts";
import { type Cost, costText } from "../../src/report/cost.ts";

type Counted = Omit<Cost, "functions">;

interface Published {
  readonly size: readonly [number, number];
  readonly proposals: number;
  readonly maskRegions: number | null;
  readonly parts: Readonly<Record<"body" | "neck" | "rpn" | "boxHead" | "maskHead", number>>;
  readonly total: number;
}

/** Counted by PyTorch: test/oracles/model_costs.py. */
const torchvision = JSON.parse(
  readFileSync(new URL("torchvision.golden.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Published>>;

async function modelOf(name: string, set: readonly string[] = []): Promise<Model> {
  const { value, diagnostics } = await resolveFile(`configs/${name}.rcnn`, {
    set: ["train.batch=1", ...set],
  });
  expect(diagnostics).toEqual([]);
  return value!;
}

function costAt(model: Model, side: number, proposals: number, maskRegions = 0): Cost {
  const { value, diagnostics } = costOf(model, {
    size: { height: side, width: side },
    proposals,
    maskRegions,
  });
  expect(diagnostics).toEqual([]);
  return value!;
}

const macsOf = ({ parts }: Counted, wanted: RegExp): number =>
  parts.filter(({ part }) => wanted.test(part)).reduce((sum, { macs }) => sum + macs, 0);

test.each([
  ["fasterrcnn_resnet50_fpn", 134_379_721_216],
  ["fasterrcnn_resnet50_fpn_v2", 280_370_729_472],
  ["maskrcnn_resnet50_fpn_v2", 333_577_359_872],
  ["maskrcnn_resnet50_fpn", 187_586_351_616],
  ["fasterrcnn_mobilenet_v3_large_fpn", 18_853_144_256],
  ["fasterrcnn_mobilenet_v3_large_320_fpn", 2_872_931_200],
])("%s has torchvision's multiply-adds, part by part: %i", async (name, total) => {
  const { size, proposals, maskRegions, parts, total: counted } = torchvision[name]!;
  expect(counted).toBe(total);
  const cost = costAt(await modelOf(`torchvision/${name}`), size[0], proposals, maskRegions ?? 0);
  expect(cost.total.macs).toBe(total);
  expect({
    body: macsOf(cost, /^backbone: (resnet|mobilenet)/),
    neck: macsOf(cost, /^backbone: fpn/),
    rpn: macsOf(cost, /^rpn$/),
    boxHead: macsOf(cost, /^regions\.(trunk|label|box)$/),
    ...(maskRegions && { maskHead: macsOf(cost, /^regions\.mask$/) }),
  }).toEqual(parts);
});

test("without regions the convolutions of image, pyramid and RPN are left, as torchvision publishes them for its V1 mask model", async () => {
  const model = await modelOf("torchvision/maskrcnn_resnet50_fpn");
  const none = costAt(model, 800, 0);
  expect(none.total.macs).toBe(120_020_169_216);
  expect([none.proposals, none.maskRegions]).toEqual([0, 0]);
  expect(macsOf(none, /^regions/)).toBe(0);
  expect(none.total.parameters).toBe(44_401_393);
  // The published figure of the mask model is that of the model without masks.
  expect(costAt(model, 800, 1000).total.macs).toBe(134_379_721_216);
});

test.each([
  ["fasterrcnn_mobilenet_v3_large_fpn", 800, "4.494"],
  ["fasterrcnn_mobilenet_v3_large_320_fpn", 320, "0.719"],
] as const)(
  "torchvision's published figure for %s at %i counts no regions: %s G",
  async (name, side, published) => {
    const { total } = costAt(await modelOf(`torchvision/${name}`), side, 0);
    expect((total.macs / 1e9).toFixed(3)).toBe(published);
  },
);

test.each(["mask-rcnn-nuclei", "mask-rcnn-resnet50-c4", "rcnn-nuclei"])(
  "%s: what regions cost is theirs alone, for none, one and several of each kind",
  async (name) => {
    const model = await modelOf(name);
    const size = { height: 128, width: 128 };
    const hasMasks = model.regions.heads.some(({ kind }) => kind === "segment");
    const macs = (proposals: number, maskRegions: number) =>
      countsOfParts(model, { size, proposals, maskRegions }).total.macs;
    const none = macs(0, 0);
    const [one, mask] = [macs(1, 0) - none, macs(0, 1) - none];
    expect(one).toBeGreaterThan(0);
    expect(mask > 0).toBe(hasMasks);
    for (const [proposals, masks] of [
      [1, 1],
      [0, 5],
      [9, 0],
      [7, 7],
    ] as const)
      expect(macs(proposals, masks)).toBe(none + proposals * one + masks * mask);
  },
);

test("with the stride in the first convolution of a block it is Caffe's: 117.071 G", async () => {
  const model = await modelOf("torchvision/fasterrcnn_resnet50_fpn", ["backbone.resnet.strideIn1x1=true"]);
  expect(costAt(model, 800, 0).total.macs).toBe(117_071_049_216);
});

test("what a cost is stated for is the config's own unless given, and is said", async () => {
  const { value: cost } = costOf(await modelOf("mask-rcnn-nuclei"));
  expect(cost).toMatchObject({ height: 128, width: 128, proposals: 100, maskRegions: 50 });
  const text = costText(cost!);
  expect(text).toContain("one image of 128 x 128 pixels, 100 proposals, 50 mask regions.");
  expect(text).toContain("masks of all classes are counted");
});

test("a size is rounded up to the model's multiple, and an image has no more proposals than anchors", async () => {
  const model = await modelOf("mask-rcnn-nuclei");
  const cost = countsOfParts(model, { size: { height: 33, width: 20 }, proposals: 5000 });
  expect([cost.height, cost.width]).toEqual([64, 32]);
  // `rpn.propose.before` takes 200 of the finest level.
  expect(cost.proposals).toBe(200 + 3 * (8 * 4 + 4 * 2 + 2 * 1));
});

test("a class-agnostic mask head computes all that is counted", async () => {
  const set = ["regions.mask.loss=sigmoidCrossEntropy(perClass=false)"];
  expect(countsOfParts(await modelOf("mask-rcnn-nuclei", set)).notComputed).toBe(0);
});

test("the total is the sum of the parts", async () => {
  const cost = countsOfParts(await modelOf("faster-rcnn-nuclei"));
  expect(cost.maskRegions).toBeUndefined();
  const keys = ["parameters", "frozen", "macs", "activations"] as const;
  for (const key of keys) expect(cost.parts.reduce((sum, part) => sum + part[key], 0)).toBe(cost.total[key]);
});

test("functions compute what is counted, and their memory is what the plan says: weights once, slots in training only, live tensors with the batch", async () => {
  const one = costOf(await modelOf("mask-rcnn-nuclei")).value!.functions;
  const four = costOf(await modelOf("mask-rcnn-nuclei", ["train.batch=4"])).value!.functions;
  const { predict, train_step: step } = one;
  expect(predict!.slots).toBe(0);
  expect(step!.slots).toBeGreaterThan(0);
  expect(step!.slots).toBeLessThanOrEqual(step!.weights);
  expect(predict!.weights).toBe(step!.weights);
  expect(four.predict).toEqual(predict);
  expect(four.train_step!.weights).toBe(step!.weights);
  expect(four.train_step!.live).toBeGreaterThan(3 * step!.live);
  const { total, notComputed } = countsOfParts(await modelOf("mask-rcnn-nuclei"));
  expect(predict!.macs).toBe(total.macs - notComputed);
  expect(four.train_step!.macs).toBe(4 * step!.macs);
  expect(step!.macs).toBeGreaterThan(predict!.macs);
  for (const { weights, slots, constants, live, peak } of [predict!, step!])
    expect(peak).toBe(weights + slots + constants + live);
});

/** The reference configs have the parameters that are published for them, to the last one. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inspectFile } from "../../src/inspect.ts";
import { models } from "./files.ts";

const parametersOf = async (name: string, set: readonly string[] = []): Promise<number> => {
  const { value, diagnostics } = await inspectFile(`configs/${name}.rcnn`, { set });
  expect(diagnostics).toEqual([]);
  return value!.parameters + value!.frozen;
};

/** Counted by PyTorch, test/oracles/parameters.py. */
const counted: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL("parameters.golden.json", import.meta.url), "utf8"),
);

test("every model of torchvision and Detectron2 is counted", () => {
  const reference = models.filter((path) => /^configs.(torchvision|detectron2)./.test(path));
  expect(Object.keys(counted)).toEqual(
    reference.map((path) => path.replace(/^configs.|\.rcnn$/g, "").replaceAll("\\", "/")),
  );
});

test.each(Object.entries(counted))("%s has %i parameters", async (name, count) => {
  expect(await parametersOf(name)).toBe(count);
});

test.each([
  // torchvision.models.detection, `num_params` of the COCO_V1 weights.
  ["torchvision/fasterrcnn_resnet50_fpn", 41_755_286],
  ["torchvision/maskrcnn_resnet50_fpn", 44_401_393],
  ["torchvision/fasterrcnn_resnet50_fpn_v2", 43_712_278],
  ["torchvision/maskrcnn_resnet50_fpn_v2", 46_359_409],
  ["torchvision/fasterrcnn_mobilenet_v3_large_fpn", 19_386_354],
  // detectron2/tests/test_model_analysis.py.
  ["detectron2/faster_rcnn_R_50_FPN_1x", 41_699_936],
])("what is counted for %s is published", (name, count) => {
  expect(counted[name]).toBe(count);
});

test.each([
  // Derived from the shapes of the layers: VGG-16 with two outputs an anchor, and with one.
  ["faster-rcnn-vgg16", [], 137_078_239],
  ["faster-rcnn-vgg16", ["rpn.loss.objectness=binaryCrossEntropy"], 137_073_622],
  // 138,357,544 of VGG-16, whose 1,000 classes become 21 and as many boxes.
  ["fast-rcnn-vgg16", [], 138_357_544 - 1000 * 4097 + 5 * 21 * 4097],
  // One against the rest: the background has no machine.
  ["fast-rcnn-vgg16-svm", [], 138_357_544 - 1000 * 4097 + (5 * 21 - 1) * 4097],
  ["rcnn-vgg16", [], 138_357_544 - 1000 * 4097 + (5 * 21 - 1) * 4097],
  // Caffe's reference network has 60,965,224.
  ["rcnn-alexnet", [], 60_965_224 - 1000 * 4097 + (5 * 21 - 1) * 4097],
  ["detectron2/faster_rcnn_R_50_FPN_1x", ["classes=20"], 41_392_436],
  ["detectron2/mask_rcnn_R_50_FPN_1x", ["classes=20"], 44_020_296],
  // Trainable batch norm in place of the frozen one.
  ["torchvision/maskrcnn_resnet50_fpn", ["backbone.resnet.norm=batchNorm"], 44_454_513],
] as const)("%s with %j has %i parameters", async (name, set, count) => {
  expect(await parametersOf(name, set)).toBe(count);
});

test("the stride in the first convolution of a block is Caffe's, and changes no count", async () => {
  const { value } = await inspectFile("configs/torchvision/fasterrcnn_resnet50_fpn.rcnn", {
    set: ["backbone.resnet.strideIn1x1=true"],
  });
  expect(value!.parameters + value!.frozen).toBe(41_755_286);
  const shapes = new Map(value!.layers.map(({ path, shape }) => [path, shape[1]]));
  expect([shapes.get("backbone.c3.first.conv1"), shapes.get("backbone.c3.first.conv2")]).toEqual([100, 100]);
});

test("the config of a Mask R-CNN is at most thirty lines beyond its library", () => {
  const masks = models.filter((path) => /mask[-_]?rcnn/.test(path));
  expect(masks.length).toBeGreaterThan(15);
  for (const path of masks) {
    const lines = readFileSync(path, "utf8").split("\n");
    expect(lines.filter((line) => line.trim() !== "").length, path).toBeLessThanOrEqual(30);
  }
});

/** The reference configs have the parameters that are published for them, to the last one. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inspectFile } from "../../src/inspect.ts";

const parametersOf = async (name: string, set: readonly string[] = []): Promise<number> => {
  const { value, diagnostics } = await inspectFile(`configs/${name}.rcnn`, { set });
  expect(diagnostics).toEqual([]);
  return value!.parameters + value!.frozen;
};

/** Detectron2 has no background among the boxes and masks. */
const noBackground = ["regions.box.withBackground=false"];

test.each([
  // torchvision.models.detection, `num_params` of the COCO_V1 weights.
  ["torchvision/fasterrcnn_resnet50_fpn", [], 41_755_286],
  ["torchvision/maskrcnn_resnet50_fpn", [], 44_401_393],
  ["torchvision/fasterrcnn_resnet50_fpn_v2", [], 43_712_278],
  ["torchvision/maskrcnn_resnet50_fpn_v2", [], 46_359_409],
  ["torchvision/fasterrcnn_mobilenet_v3_large_fpn", [], 19_386_354],
  ["torchvision/fasterrcnn_mobilenet_v3_large_320_fpn", [], 19_386_354],
  // Derived from the shapes of the layers: VGG-16 with two outputs an anchor, and with one.
  ["faster-rcnn-vgg16", [], 137_078_239],
  ["faster-rcnn-vgg16", ["rpn.loss.objectness=binaryCrossEntropy"], 137_073_622],
  // detectron2/tests/test_model_analysis.py, and derived for the others.
  ["torchvision/fasterrcnn_resnet50_fpn", ["classes=80", ...noBackground], 41_699_936],
  [
    "torchvision/maskrcnn_resnet50_fpn",
    ["classes=80", ...noBackground, "regions.mask.withBackground=false"],
    44_343_216,
  ],
  [
    "torchvision/fasterrcnn_resnet50_fpn",
    ["classes=80", ...noBackground, "backbone.resnet.depth=101"],
    60_639_840,
  ],
  ["torchvision/fasterrcnn_resnet50_fpn", ["classes=20", ...noBackground], 41_392_436],
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

test("a Mask R-CNN is at most thirty lines beyond its library", () => {
  const lines = (name: string) => readFileSync(`configs/${name}.rcnn`, "utf8").split("\n");
  const text = ["torchvision/maskrcnn_resnet50_fpn", "torchvision/maskrcnn_resnet50_fpn_v2"].map((name) =>
    lines(name).filter((line) => line.trim() !== ""),
  );
  for (const each of text) expect(each.length).toBeLessThanOrEqual(30);
});

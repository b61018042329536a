/** What the reference configs hold to where code bases differ in the same network. */
import { expect, test } from "vitest";
import type { Model } from "../../src/model/model.ts";
import { modelOf } from "../model/model-of.ts";

const attributes = ({ backbone, regions }: Model, path: string) =>
  [...backbone.layers, ...regions.trunk.layers].find((use) => use.path === path)!.attributes;

test.each([
  ["torchvision/fasterrcnn_resnet50_dc5", [1, 1]],
  ["detectron2/faster_rcnn_R_50_DC5_1x", [2, 2]],
])("%s dilates the first block of its fifth stage by %j, and the others by 2", async (name, first) => {
  const model = await modelOf(`configs/${name}.rcnn`);
  expect(model.regions.levels).toEqual([{ name: "c5", stride: 16, channels: 2048 }]);
  expect(attributes(model, "backbone.c5.first.conv2")).toMatchObject({ dilation: first, padding: first });
  expect(attributes(model, "backbone.c5.rest[1].conv2")).toMatchObject({ dilation: [2, 2] });
  expect(attributes(model, "backbone.c4.rest[1].conv2")).toMatchObject({ dilation: [1, 1] });
});

test.each([
  ["torchvision/maskrcnn_resnet50_c4", "conv2"],
  ["detectron2/mask_rcnn_R_50_C4_1x", "conv1"],
])("%s has the strides of its stages in %s", async (name, strided) => {
  const model = await modelOf(`configs/${name}.rcnn`);
  for (const block of ["backbone.c3.first", "regions.trunk.first"]) {
    for (const conv of ["conv1", "conv2"]) {
      const stride = conv === strided ? [2, 2] : [1, 1];
      expect(attributes(model, `${block}.${conv}`), `${block}.${conv}`).toMatchObject({ stride });
    }
  }
});

test("ResNeXt has 32 groups, 8 channels each in its second stage", async () => {
  const model = await modelOf("configs/detectron2/mask_rcnn_X_101_32x8d_FPN_3x.rcnn");
  expect(attributes(model, "backbone.c2.first.conv2")).toMatchObject({ channels: 256, groups: 32 });
  expect(attributes(model, "backbone.c5.rest[1].conv2")).toMatchObject({ channels: 2048, groups: 32 });
  expect(model.input).toMatchObject({ deviation: [57.375, 57.12, 58.395], order: "bgr" });
});

test("torchvision's MobileNet proposes on two levels of stride 32, and pools regions from the first", async () => {
  const { rpn, regions, train } = await modelOf(
    "configs/torchvision/fasterrcnn_mobilenet_v3_large_320_fpn.rcnn",
  );
  expect(rpn!.levels.map(({ stride }) => stride)).toEqual([32, 32, 64]);
  expect(rpn!.anchors.perCell).toBe(15);
  expect(rpn!.propose).toMatchObject({ before: { train: 2000, test: 150 }, minimumScore: 0.05 });
  expect(regions.levels.map(({ name }) => name)).toEqual(["p5start"]);
  // Its builder leaves the last three of six stages free.
  const frozen = new Set(train.frozen.map((path) => path.split(".")[1]));
  expect([...frozen]).toEqual(["stem", "c1", "c2", "c3"]);
});

test("torchvision's second models normalize by the batch, in frozen stages too", async () => {
  const { backbone, rpn, train } = await modelOf("configs/torchvision/maskrcnn_resnet50_fpn_v2.rcnn");
  expect(backbone.layers.some(({ layer }) => layer === "frozenBatchNorm")).toBe(false);
  expect(rpn!.head.layers.filter(({ layer }) => layer === "conv")).toHaveLength(2);
  expect(train).toMatchObject({ freezeStatistics: false });
  expect(train.frozen).toContain("backbone.c2.first.norm1");
});

test("Detectron2 leaves the background out of boxes and masks, and stands it last", async () => {
  const { regions, classIds } = await modelOf("configs/detectron2/mask_rcnn_R_50_FPN_1x.rcnn");
  expect(classIds).toBe("contiguous");
  expect(regions.background).toBe("last");
  expect(regions.heads.map(({ outputs }) => outputs)).toEqual([81, 320, 80]);
});

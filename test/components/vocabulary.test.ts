/** A detector made of every layer resolves, lowers and differentiates. */
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import { extended } from "../model/model-of.ts";

const declarations = `
block squeeze(width: integer) {
  narrow = input -> conv(1x1, width) as narrow -> groupNorm(4) -> swish
  left   = narrow -> conv(1x1, width) as left
  right  = narrow -> conv(3x3, width, groups = width / 4, paddingMode = reflect) as right
  deep   = narrow -> conv(3x3, width, groups = width, padding = same) as deep
  return [left -> leakyRelu, right -> leakyRelu(0.2), deep] -> concat -> conv(1x1, input.channels) as wide
}
network odd -> { c2, c3, c4 } {
  stem = input -> conv(3x3, 8, stride = 2, padding = same) -> groupNorm(2) -> swish
  c2 = stem -> avgPool(3x3, stride = 2) -> conv(1x1, 16) -> batchNorm -> relu -> squeeze(8)
  c3 = c2 -> conv(3x3, 16, stride = 2, groups = 16) -> maxPool(2x2, stride = 1, padding = same)
  c4 = c3 -> conv(3x3, 16, stride = 2) -> resize(2) -> avgPool(2x2, stride = 2) -> dropout(10%)
}
`;
const body = `
  backbone = odd -> fpn3(16)
  regions {
    pool  = roiAlign(4x4, sampling = 2)
    trunk = dropout(0.2) -> resize(size = 7x7, alignCorners = true) -> globalPool -> dense(16) as fc6 -> relu -> dropout(50%)
  }
`;

test("every dropout has noise of its own in training, none afterwards", async () => {
  const { model, diagnostics } = await extended(body, declarations);
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  const bucket = { batch: 2, height: 64, width: 64, objects: 3, pixels: 0 };
  const forward = lowerTraining(model!, bucket);
  const shapes = forward.inputs.filter(({ name }) => name.endsWith("Noise"));
  expect(Object.fromEntries(shapes.map(({ name, value }) => [name, value.type.shape]))).toMatchObject({
    "backbone.c4.dropoutNoise": [2, 4, 4, 16],
    "regions.trunk.dropoutNoise": [128, 4, 4, 16],
    "regions.trunk.dropout.2Noise": [128, 16],
  });
  expect(differentiate(forward, { loss: "loss" }).diagnostics).toEqual([]);
  expect(lowerPrediction(model!, bucket).inputs.map(({ name }) => name)).toEqual(["images", "imageSizes"]);
});

/** Batch normalization of a layer that runs on several levels: running values go from one to the next, as in torch. */
import { expect, test } from "vitest";
import { buildProgram } from "../../src/compile.ts";
import { layers } from "../../src/components/layers/index.ts";
import type { FeatureShape, LayerUse } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { extended } from "../model/model-of.ts";

test.each([
  // Means 2 and 3; squares of the distances 2 and 18.
  [true, 2 / 1, 18 / 2],
  [false, 2 / 2, 18 / 3],
])("running values are renewed by each level in turn; corrected: %s", (corrected, first, second) => {
  const shape: FeatureShape = { kind: "image", channels: 1, stride: 1 };
  const use: LayerUse = {
    ...{
      path: "n",
      layer: "batchNorm",
      attributes: { momentum: 0.25, epsilon: 1e-5, corrected },
      inputs: ["x"],
    },
    ...{ inputShapes: [shape], output: shape, span: { source: { name: "s", text: "" }, start: 0, end: 0 } },
  };
  const b = createBuilder("levels");
  const levels = [2, 3].map((side) => b.input(`x${side}`, { dtype: "f32", shape: [1, side, 1, 1] }, ""));
  for (const [index, x] of levels.entries()) {
    const y = layers.batchNorm!.lower(b, use, [x], {
      training: true,
      hasFixedStatistics: () => false,
      parameter: (path, role, sizes) => b.parameter(path, role, sizes, { kind: "constant", value: 0 }),
      noise: () => x,
    });
    b.output(`y${index}`, y, "");
  }
  const feeds = {
    "n.scale": [1],
    "n.offset": [0],
    "n.mean": [8],
    "n.variance": [4],
    x2: [1, 3],
    x3: [0, 3, 6],
  };
  const { updates } = interpret(b.build(), feeds);
  expect(updates["n.mean"]!.data[0]).toBeCloseTo((8 * 0.75 + 2 * 0.25) * 0.75 + 3 * 0.25, 5);
  expect(updates["n.variance"]!.data[0]).toBeCloseTo((4 * 0.75 + first * 0.25) * 0.75 + second * 0.25, 5);
});

test("an RPN head with batch normalization trains on every level", async () => {
  const { model } = await extended("rpn { head = conv(3x3, 8) -> batchNorm -> relu }");
  const bucket = { batch: 1, height: 64, width: 64, objects: 2, pixels: 0 };
  const { value } = buildProgram(model!, { train: { step: bucket } });
  const updated = value!.functions.step!.updates.map(({ parameter }) => parameter);
  expect(updated.filter((name) => /^rpn\.head\.batchNorm\.(mean|variance)$/.test(name))).toHaveLength(2);
});

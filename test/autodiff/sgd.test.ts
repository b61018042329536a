import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { type SgdOptions, sgd } from "../../src/autodiff/optimizers/sgd.ts";
import type { Graph } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import cases from "./sgd.golden.json" with { type: "json" };

const initializer = { kind: "constant", value: 0 } as const;

function trainStep(options: SgdOptions): Graph {
  const b = createBuilder("train_step");
  const x = b.input("x", { dtype: "f32", shape: [5, 3] }, "rows");
  const target = b.input("target", { dtype: "f32", shape: [5, 2] }, "what they should give");
  const first = b.parameter("first", "weight", [3, 4], initializer);
  const second = b.parameter("second", "weight", [4, 2], initializer);
  b.parameter("unused", "weight", [2], initializer);
  const plain = { transposeX: false, transposeY: false };
  const y = b.matmul(b.sigmoid(b.matmul(x, first, plain)), second, plain);
  b.output(
    "loss",
    b.mean(b.square(b.sub(y, target)), { axes: [0, 1], keepDims: false }),
    "mean squared error",
  );
  const { graph, gradients } = differentiate(b.build(), { loss: "loss" }).value!;
  return sgd(graph, gradients, options);
}

test.each(cases)(
  "four steps are PyTorch's: momentum $momentum, decay $weightDecay, clip $clip, nesterov $nesterov, of the second $second",
  (row) => {
    const { momentum, weightDecay, clip, nesterov } = row;
    const factors = (name: string) => (name === "second" ? row.second : { rate: 1, decay: 1 });
    const step = trainStep({ momentum, weightDecay, clip, nesterov, factors });
    expect(step.updates.map((update) => update.parameter)).toEqual([
      "first",
      "first.momentum",
      "second",
      "second.momentum",
    ]);
    const state: Record<string, ArrayLike<number>> = {
      ...row.start,
      unused: [0, 0],
      "first.momentum": new Float32Array(12),
      "second.momentum": new Float32Array(8),
    };
    for (const expected of row.steps) {
      const { outputs, updates } = interpret(step, {
        ...state,
        x: row.x,
        target: row.target,
        learningRate: [expected.rate],
      });
      expect(outputs.loss!.data[0]).toBeCloseTo(expected.loss, 5);
      expect(outputs.gradientNorm!.data[0]).toBeCloseTo(expected.norm, 5);
      for (const [name, { data }] of Object.entries(updates)) state[name] = data;
      for (const name of ["first", "second"] as const)
        expected[name].forEach((value, i) => {
          expect(state[name]![i]).toBeCloseTo(value, 5);
        });
    }
  },
);

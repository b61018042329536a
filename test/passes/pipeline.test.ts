import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { sgd } from "../../src/autodiff/optimizers/sgd.ts";
import type { Graph } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { forwardPasses, inferencePasses, optimize, trainingPasses } from "../../src/passes/pipeline.ts";

/** Ops that the passes know stand beside each other: a padded convolution with norm, stretched and stopped values. */
function trainStep(): Graph {
  const b = createBuilder("train_step");
  const initializer = { kind: "constant", value: 0 } as const;
  const x = b.input("x", { dtype: "f32", shape: [2, 4, 4, 2] }, "images");
  const filter = b.parameter("filter", "weight", [3, 3, 2, 3], initializer);
  const [scale, offset] = ["scale", "offset"].map((name) => b.parameter(name, "weight", [3], initializer));
  const y = b.conv2d(b.add(x, 0), filter, {
    strides: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ],
    dilations: [1, 1],
  });
  const [normal, mean] = b.batchNorm(y, scale!, offset!, { epsilon: 1e-3 });
  const centred = b.mul(
    b.stopGradient(normal),
    b.broadcastTo(b.reshape(mean, { shape: [1, 3] }), { shape: [2, 4, 4, 3] }),
  );
  b.output("loss", b.mean(b.square(b.add(normal, centred)), { axes: [0, 1, 2, 3], keepDims: false }), "loss");
  const { graph, gradients } = differentiate(b.build(), { loss: "loss" }).value!;
  return sgd(graph, gradients, { momentum: 0.9, weightDecay: 0.01, clip: 1 });
}

const feedsOf = (graph: Graph) =>
  Object.fromEntries(
    [...graph.inputs, ...graph.parameters].map(({ name, value: { type } }, k) => [
      name,
      Array.from({ length: type.shape.reduce((a, b) => a * b, 1) }, (_, i) => 1 + Math.sin(3 * i + k) / 2),
    ]),
  );

test("a training step computes the same with fewer nodes after all passes, and has the same signature", () => {
  const before = trainStep();
  const after = optimize(before, trainingPasses);
  expect(after.nodes.length).toBeLessThan(before.nodes.length);
  expect(after.nodes.map((node) => node.op)).not.toContain("stopGradient");
  expect(after.inputs).toEqual(before.inputs);
  expect(after.parameters).toEqual(before.parameters);
  const [expected, found] = [before, after].map((graph) =>
    interpret(graph, feedsOf(before), { precision: "f64" }),
  );
  for (const kind of ["outputs", "updates"] as const)
    for (const [name, { data }] of Object.entries(expected![kind]))
      data.forEach((value, i) => {
        // Folded constants are rounded to f32.
        expect(found![kind][name]!.data[i]! / value).toBeCloseTo(1, 6);
      });
});

/** Fixed statistics, but a scale and an offset that are trained, as behind a frozen batch norm of other conventions. */
function fixedNorm(): Graph {
  const b = createBuilder("train_step");
  const initializer = { kind: "constant", value: 0 } as const;
  const x = b.input("x", { dtype: "f32", shape: [1, 3, 4, 2] }, "images");
  const window = { strides: [1, 1], dilations: [1, 1] };
  const none = [
    [0, 0],
    [0, 0],
  ];
  const filter = b.parameter("filter", "weight", [2, 2, 2, 3], initializer);
  const y = b.conv2d(x, filter, { ...window, padding: none });
  const affine = ["scale", "offset"].map((name) => b.parameter(name, "weight", [3], initializer));
  const fixed = ["mean", "variance"].map((name) => b.parameter(name, "statistic", [3], initializer));
  const normal = b.batchNormInference(y, affine[0]!, affine[1]!, fixed[0]!, fixed[1]!, { epsilon: 1e-3 });
  b.output("loss", b.mean(b.square(b.relu(normal)), { axes: [0, 1, 2, 3], keepDims: false }), "loss");
  return b.build();
}

test("fixed norms are in their convolutions before the gradient is taken, and it stays the same", () => {
  const stepOf = (forward: Graph) => {
    const { graph, gradients } = differentiate(forward, { loss: "loss" }).value!;
    return optimize(sgd(graph, gradients, { momentum: 0.9, weightDecay: 0, clip: null }), trainingPasses);
  };
  const forward = fixedNorm();
  const [plain, folded] = [stepOf(forward), stepOf(optimize(forward, forwardPasses))];
  const maps = (graph: Graph) =>
    graph.nodes.filter(({ op, outputs }) => op !== "conv2d" && outputs[0]!.type.shape.join() === "1,2,3,3");
  expect(maps(folded).length).toBeLessThan(maps(plain).length);
  const feeds = feedsOf(plain);
  const [expected, found] = [plain, folded].map((graph) => interpret(graph, feeds, { precision: "f64" }));
  expect(Object.keys(found!.updates).sort()).toEqual(Object.keys(expected!.updates).sort());
  for (const [name, { data }] of Object.entries(expected!.updates))
    data.forEach((value, i) => {
      expect(found!.updates[name]!.data[i]! / value).toBeCloseTo(1, 6);
    });
});

test("the observer sees the graph after each pass, the same one where nothing changed", () => {
  const b = createBuilder("predict");
  b.output("y", b.square(b.input("x", { dtype: "f32", shape: [2] }, "numbers")), "squares");
  const graph = b.build();
  const seen: string[] = [];
  const result = optimize(graph, inferencePasses, (pass, after) => {
    expect(after).toBe(graph);
    seen.push(pass.name);
  });
  expect(result).toBe(graph);
  expect(seen).toEqual(inferencePasses.map((pass) => pass.name));
});

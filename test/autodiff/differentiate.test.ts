import fc from "fast-check";
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import type { Graph, Origin, Value } from "../../src/ir/types.ts";
import { type Builder, createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";

const initializer = { kind: "constant", value: 0 } as const;
const weight = (b: Builder, name: string, shape: readonly number[]) =>
  b.parameter(name, "weight", shape, initializer);
const total = (b: Builder, x: Value) =>
  b.sum(x, { axes: x.type.shape.map((_, axis) => axis), keepDims: false });

function lossOf(build: (b: Builder) => Value): Graph {
  const b = createBuilder("train");
  b.output("loss", build(b), "the loss");
  return b.build();
}

/** Gradients in f64, by name. */
function gradientsOf(graph: Graph, feeds: Record<string, readonly number[]>): Record<string, number[]> {
  const { value } = differentiate(graph, { loss: "loss" });
  const b = createBuilder("gradients", { ...value!.graph, outputs: [] });
  for (const [name, gradient] of value!.gradients) b.output(name, gradient, "gradient");
  const { outputs } = interpret(b.build(), feeds, { precision: "f64" });
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data)]));
}

test("gradients of all uses of a value are added", () => {
  const graph = lossOf((b) => {
    const w = weight(b, "w", [2]);
    return total(b, b.add(b.mul(w, w), b.mul(w, 3)));
  });
  expect(gradientsOf(graph, { w: [2, -1] })).toEqual({ w: [7, 1] });
});

test("a network's gradients are the slopes of its loss", () => {
  const graph = lossOf((b) => {
    const x = b.input("x", { dtype: "f32", shape: [1, 4, 4, 2] }, "image");
    const filter = weight(b, "filter", [3, 3, 2, 3]);
    const scale = weight(b, "scale", [3]);
    const offset = weight(b, "offset", [3]);
    const padding = [
      [1, 1],
      [1, 1],
    ];
    const y = b.conv2d(x, filter, { strides: [1, 1], padding, dilations: [1, 1] });
    const [normal] = b.batchNorm(y, scale, offset, { epsilon: 1e-3 });
    const pooled = b.maxPool(b.add(b.sigmoid(normal), normal), {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    });
    return b.mean(b.square(pooled), { axes: [0, 1, 2, 3], keepDims: false });
  });
  const sizes = { x: 32, filter: 54, scale: 3, offset: 3 };
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  const feeds = fc.record({
    x: fc.constant(Array.from({ length: sizes.x }, (_, i) => Math.sin(i * 2.3) * 2)),
    filter: fc.constant(Array.from({ length: sizes.filter }, (_, i) => Math.cos(i * 1.1))),
    scale: fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
    offset: fc.array(number, { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(feeds, fc.constantFrom("filter", "scale", "offset"), fc.nat(), (values, name, pick) => {
      const at = pick % sizes[name];
      const loss = (shift: number) => {
        const moved = { ...values, [name]: values[name].with(at, values[name][at]! + shift) };
        return interpret(graph, moved, { precision: "f64" }).outputs.loss!.data[0]!;
      };
      const slope = (loss(1e-6) - loss(-1e-6)) / 2e-6;
      expect(gradientsOf(graph, values)[name]![at]).toBeCloseTo(slope, 5);
    }),
    { numRuns: 20, seed: 1 },
  );
});

test("a stopped gradient is a constant to the loss", () => {
  const graph = lossOf((b) => {
    const w = weight(b, "w", [2]);
    return total(b, b.mul(w, b.stopGradient(w)));
  });
  expect(gradientsOf(graph, { w: [2, -1] })).toEqual({ w: [2, -1] });
});

test("only weights that the loss depends on have a gradient", () => {
  const graph = lossOf((b) => {
    b.parameter("statistic", "statistic", [2], initializer);
    weight(b, "unused", [2]);
    const frozen = b.parameter("frozen", "frozen", [2], initializer);
    return total(b, b.mul(weight(b, "w", [2]), frozen));
  });
  expect([...differentiate(graph, { loss: "loss" }).value!.gradients.keys()]).toEqual(["w"]);
});

test("whole numbers carry no gradient: entries gathered by a ranking have theirs", () => {
  const graph = lossOf((b) => {
    const w = weight(b, "w", [4]);
    const [, indices] = b.topK(w, { k: 2 });
    return total(b, b.square(b.gather(w, indices)));
  });
  expect(gradientsOf(graph, { w: [1, 5, 2, 3] })).toEqual({ w: [0, 10, 0, 6] });
});

const span = { source: { name: "model.rcnn", text: "proposals { top 3 }" }, start: 12, end: 17 };
const origin: Origin = { kind: "made", by: "lower", from: { kind: "source", path: "rpn.proposals", span } };

test("a path through an input without gradient is an error at its text", () => {
  const graph = lossOf((b) => {
    const [values] = b.at(origin).topK(weight(b, "w", [4]), { k: 2 });
    return total(b, values);
  });
  const { value, diagnostics } = differentiate(graph, { loss: "loss" });
  expect(value).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({ code: "autodiff/no-gradient", severity: "error", span });
  expect(diagnostics[0]!.message).toContain("`x` of `topK` in `lower < rpn.proposals`");
});

test("an input without gradient is no error where no weight or no loss lies behind it", () => {
  const graph = lossOf((b) => {
    const w = weight(b, "w", [4]);
    const [ofInput] = b.topK(b.input("x", { dtype: "f32", shape: [4] }, "no weight"), { k: 4 });
    const [ofStopped] = b.topK(b.stopGradient(w), { k: 4 });
    b.output("ranking", b.topK(w, { k: 1 })[0], "not part of the loss");
    return total(b, b.mul(b.add(ofInput, ofStopped), w));
  });
  expect(differentiate(graph, { loss: "loss" }).diagnostics).toEqual([]);
});

test("nodes that differentiation makes say what they come from", () => {
  const graph = lossOf((b) => total(b, b.at(origin).square(weight(b, "w", [4]))));
  const made = differentiate(graph, { loss: "loss" }).value!.graph.nodes.map((node) => node.origin);
  expect(made).toContainEqual({ kind: "made", by: "differentiate", from: origin });
});

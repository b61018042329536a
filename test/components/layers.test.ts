/** The law that the shape rules of layers are those of the ops they lower to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { layers } from "../../src/components/layers/index.ts";
import type { TensorType, Value } from "../../src/ir/types.ts";
import type { FeatureShape, LayerUse } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";

const image = (channels: number, stride: number): FeatureShape => ({ kind: "image", channels, stride });
const region = (channels: number, height: number, width: number): FeatureShape => ({
  kind: "region",
  channels,
  height,
  width,
});
const vector = (channels: number): FeatureShape => ({ kind: "vector", channels });

const [N, H, W] = [2, 96, 64];

function sizesOf(shape: FeatureShape): readonly number[] {
  switch (shape.kind) {
    case "image":
      return [N, H / shape.stride, W / shape.stride, shape.channels];
    case "region":
      return [N, shape.height, shape.width, shape.channels];
    case "vector":
      return [N, shape.channels];
  }
}

const initial = {
  bias: true,
  initializer: { kind: "uniformFanIn" },
  biasInitializer: { kind: "uniformFanIn" },
};
const conv = (kernel: [number, number], stride: [number, number], more = {}) => ({
  kernel,
  channels: 5,
  stride,
  dilation: [1, 1],
  groups: 1,
  paddingMode: "zeros",
  ...initial,
  ...more,
});
const norm = { momentum: 0.1, epsilon: 1e-5, corrected: true };
const localResponseNorm = { size: 5, alpha: 1e-4, beta: 0.75, k: 1, over: "channels" };
const resizing = { method: "bilinear", alignCorners: false };
const resize = { ...resizing, factor: 2, size: null };

const samples: readonly (readonly [string, Record<string, unknown>, readonly FeatureShape[]])[] = [
  ["conv", conv([3, 3], [1, 1]), [image(3, 1)]],
  ["conv", conv([3, 3], [2, 2]), [image(3, 4)]],
  ["conv", conv([7, 7], [2, 2]), [image(3, 1)]],
  ["conv", conv([1, 1], [2, 2]), [image(4, 8)]],
  ["conv", conv([2, 2], [2, 2], { bias: false }), [image(4, 8)]],
  ["conv", conv([3, 5], [1, 1], { dilation: [2, 1] }), [image(4, 8)]],
  ["conv", conv([3, 3], [2, 1]), [region(4, 7, 9)]],
  ["conv", conv([3, 3], [1, 1], { padding: [0, 0] }), [region(4, 7, 9)]],
  ["conv", conv([3, 3], [2, 2], { padding: "same" }), [image(3, 4)]],
  ["conv", conv([2, 2], [1, 1], { padding: "same" }), [image(3, 4)]],
  ["conv", conv([1, 1], [4, 4], { padding: "same" }), [image(3, 4)]],
  ["conv", conv([4, 3], [3, 2], { padding: "same" }), [region(4, 7, 9)]],
  ["conv", conv([3, 3], [1, 1], { padding: "valid" }), [region(4, 7, 9)]],
  ["conv", conv([2, 2], [2, 2], { padding: "valid" }), [image(4, 8)]],
  ["conv", conv([3, 3], [1, 1], { groups: 5, channels: 10 }), [image(5, 8)]],
  ["conv", conv([3, 3], [2, 2], { groups: 2, channels: 4, paddingMode: "reflect" }), [image(6, 4)]],
  ["conv", conv([3, 3], [1, 1], { padding: "same", paddingMode: "reflect" }), [region(6, 2, 3)]],
  ["deconv", conv([2, 2], [2, 2]), [region(4, 14, 14)]],
  ["deconv", conv([4, 4], [2, 2]), [image(4, 8)]],
  ["deconv", conv([3, 3], [2, 2]), [image(4, 8)]],
  ["deconv", conv([2, 2], [3, 3]), [region(4, 5, 6)]],
  ["deconv", conv([3, 3], [2, 2], { padding: [0, 1], outputPadding: [0, 0] }), [region(4, 5, 6)]],
  ["deconv", conv([3, 3], [1, 1]), [image(4, 8)]],
  ["deconv", conv([3, 2], [2, 3], { padding: [1, 0] }), [region(4, 5, 6)]],
  ["deconv", conv([4, 4], [2, 2], { groups: 5 }), [image(5, 8)]],
  ["deconv", conv([3, 3], [2, 2], { dilation: [2, 3] }), [image(4, 8)]],
  ["deconv", conv([2, 3], [2, 2], { dilation: [3, 2], groups: 2, channels: 4 }), [region(4, 5, 6)]],
  ["dense", { units: 6, ...initial }, [vector(10)]],
  ["relu", {}, [image(3, 2)]],
  ["relu", {}, [vector(3)]],
  ["leakyRelu", { slope: 0.1 }, [image(3, 2)]],
  ["sigmoid", {}, [vector(3)]],
  ["swish", {}, [region(3, 2, 2)]],
  ["hardSigmoid", {}, [image(3, 4)]],
  ["hardSwish", {}, [vector(3)]],
  ["maxPool", { kernel: [3, 3], stride: [2, 2] }, [image(3, 2)]],
  ["maxPool", { kernel: [1, 1], stride: [2, 2] }, [image(3, 16)]],
  ["maxPool", { kernel: [2, 2], stride: [2, 2] }, [region(3, 7, 6)]],
  ["maxPool", { kernel: [3, 3], stride: [2, 2], padding: "same" }, [image(3, 2)]],
  ["avgPool", { kernel: [3, 3], stride: [2, 2], countBorder: true }, [image(3, 2)]],
  ["avgPool", { kernel: [2, 3], stride: [1, 2], padding: "same", countBorder: false }, [region(3, 7, 6)]],
  ["globalPool", { by: "mean", keepSides: false }, [region(3, 7, 6)]],
  ["globalPool", { by: "maximum", keepSides: false }, [image(3, 4)]],
  ["globalPool", { by: "mean", keepSides: true }, [image(3, 4)]],
  ["globalPool", { by: "maximum", keepSides: true }, [region(3, 7, 6)]],
  ["resize", resize, [image(3, 32)]],
  ["resize", { ...resize, method: "nearest" }, [region(3, 2, 4)]],
  ["resize", { ...resize, size: [5, 3], alignCorners: true }, [region(3, 2, 4)]],
  ["resize", { ...resize, size: [5, 3] }, [image(3, 32)]],
  ["resizeLike", resizing, [image(3, 32), image(5, 4)]],
  ["resizeLike", resizing, [region(3, 1, 1), image(5, 8)]],
  ["resizeLike", { ...resizing, method: "nearest" }, [image(3, 2), region(5, 7, 3)]],
  ["upsample", { factor: 2 }, [image(3, 32)]],
  ["upsample", { factor: 3 }, [region(3, 2, 4)]],
  ["add", {}, [image(3, 4), image(3, 4), image(3, 4)]],
  ["multiply", {}, [image(3, 4), image(3, 4)]],
  ["multiply", {}, [image(3, 4), region(3, 1, 1)]],
  ["multiply", {}, [region(3, 5, 7), region(3, 1, 1)]],
  ["batchNorm", norm, [image(3, 4)]],
  ["batchNorm", norm, [vector(3)]],
  ["frozenBatchNorm", norm, [region(3, 2, 2)]],
  ["concat", {}, [image(3, 4), image(5, 4)]],
  ["concat", {}, [vector(3), vector(4), vector(5)]],
  ["groupNorm", { groups: 2, epsilon: 1e-5 }, [image(6, 4)]],
  ["groupNorm", { groups: 3, epsilon: 1e-5 }, [vector(6)]],
  ["localResponseNorm", localResponseNorm, [image(6, 4)]],
  ["localResponseNorm", { ...localResponseNorm, over: "cells" }, [region(6, 2, 3)]],
  ["localResponseNorm", { ...localResponseNorm, size: 9 }, [vector(4)]],
  ["dropout", { rate: 0.5 }, [vector(6)]],
  ["dropout", { rate: 0 }, [region(3, 2, 2)]],
  ["flatten", {}, [region(3, 2, 4)]],
  ["flatten", {}, [vector(3)]],
  ["freeze", {}, [image(3, 4)]],
];

test("every layer has a sample", () => {
  expect(new Set(samples.map(([name]) => name))).toEqual(new Set(Object.keys(layers)));
});

test.each(samples)("%s %j derives the shape that its ops infer", (name, given, inputShapes) => {
  expect(lowered(name, given, inputShapes)).toBeUndefined();
});

/** Lowers the layer, whose result must have the derived shape; gives the problem where there is none. */
function lowered(
  name: string,
  given: Record<string, unknown>,
  inputShapes: readonly FeatureShape[],
): string | undefined {
  const layer = layers[name]!;
  const attributes = (layer.settle?.(given as LayerUse["attributes"]) ?? given) as LayerUse["attributes"];
  const derived = layer.derive(inputShapes, attributes);
  if ("problem" in derived) return derived.problem;
  const span = { source: { name: "s", text: "" }, start: 0, end: 0 };
  const use: LayerUse = {
    path: "x",
    layer: name,
    attributes,
    inputs: [],
    inputShapes,
    output: derived.shape,
    span,
  };
  for (const training of [true, false]) {
    const b = createBuilder("sample");
    const type = (shape: FeatureShape): TensorType => ({ dtype: "f32", shape: sizesOf(shape) });
    const inputs = inputShapes.map((shape, index) => b.input(`i${index}`, type(shape), ""));
    const parameter = (
      path: string,
      role: "weight" | "statistic" | "frozen" | "slot",
      shape: readonly number[],
    ): Value => b.parameter(path, role, shape, { kind: "constant", value: 0 });
    const noise = (path: string, sizes: readonly number[]): Value =>
      b.input(`${path}Noise`, { dtype: "f32", shape: sizes }, "");
    const output = layer.lower(b, use, inputs, {
      training,
      parameter,
      noise,
      hasFixedStatistics: () => false,
    });
    expect(output.type.shape).toEqual(sizesOf(derived.shape));
  }
  return undefined;
}

test("windows of any kind have the derived shape, or a problem that says why not", () => {
  const side = fc.integer({ min: 1, max: 4 });
  const pair = fc.tuple(side, side);
  const border = fc.tuple(fc.nat(3), fc.nat(3));
  const padding = fc.oneof(border, fc.constantFrom("same", "valid", undefined));
  const windows = fc.record({
    name: fc.constantFrom("conv", "deconv", "maxPool", "avgPool"),
    kernel: pair,
    // Sides of the image are 96 and 64 pixels, which these divide.
    stride: fc.constantFrom([1, 1], [2, 2], [4, 4], [1, 2]),
    dilation: fc.constantFrom([1, 1], [1, 1], [2, 1]),
    padding,
    outputPadding: fc.constantFrom(undefined, [0, 0], [1, 0]),
    groups: fc.constantFrom(1, 2, 4),
    paddingMode: fc.constantFrom("zeros", "reflect"),
    shape: fc.constantFrom(image(4, 1), image(4, 8), region(4, 5, 7), region(4, 1, 2)),
  });
  let shapes = 0;
  fc.assert(
    fc.property(windows, ({ name, shape, ...window }) => {
      // A transposed convolution takes no rule for its padding.
      fc.pre(name !== "deconv" || typeof window.padding !== "string");
      const entries = Object.entries({ ...conv([1, 1], [1, 1]), ...window, channels: 8, countBorder: true });
      const given = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
      if (lowered(name, given, [shape]) === undefined) shapes++;
    }),
    { numRuns: 1000 },
  );
  expect(shapes).toBeGreaterThan(200);
});

test.each([
  ["conv", conv([2, 2], [1, 1]), [image(3, 1)]],
  ["conv", conv([3, 3], [2, 1]), [image(3, 1)]],
  ["conv", conv([9, 9], [1, 1], { padding: [0, 0] }), [region(3, 7, 7)]],
  ["conv", conv([3, 3], [1, 1]), [vector(3)]],
  ["conv", conv([3, 3], [1, 1], { groups: 2, channels: 4 }), [image(3, 1)]],
  ["conv", conv([3, 3], [1, 1], { groups: 3 }), [image(3, 1)]],
  ["conv", conv([3, 3], [1, 1], { padding: "valid" }), [image(3, 1)]],
  ["conv", conv([5, 5], [1, 1], { paddingMode: "reflect" }), [region(3, 2, 7)]],
  ["conv", conv([5, 5], [1, 1], { paddingMode: "reflect" }), [region(3, 7, 2)]],
  ["maxPool", { kernel: [2, 2], stride: [2, 2], padding: [2, 0] }, [region(3, 7, 7)]],
  ["avgPool", { kernel: [2, 2], stride: [2, 2], padding: [0, 2], countBorder: true }, [region(3, 7, 7)]],
  ["globalPool", { by: "mean", keepSides: false }, [vector(3)]],
  ["resize", resize, [image(3, 1)]],
  ["resize", resize, [vector(3)]],
  ["resizeLike", resizing, [vector(3), image(3, 4)]],
  ["resizeLike", resizing, [image(3, 4), vector(3)]],
  ["resizeLike", resizing, [image(3, 4), image(3, 8), image(3, 2)]],
  ["resizeLike", resizing, [image(3, 4)]],
  ["resizeLike", { ...resizing, method: "nearest", alignCorners: true }, [image(3, 4), image(3, 8)]],
  ["resize", { ...resize, method: "nearest", alignCorners: true }, [region(3, 4, 4)]],
  ["concat", {}, [image(3, 4), image(3, 8)]],
  ["concat", {}, [vector(3), region(3, 1, 1)]],
  ["groupNorm", { groups: 4, epsilon: 1e-5 }, [image(6, 4)]],
  ["deconv", conv([2, 2], [2, 2]), [image(3, 1)]],
  ["deconv", conv([3, 3], [2, 2], { outputPadding: [0, 0] }), [image(3, 4)]],
  ["deconv", conv([3, 3], [2, 2], { outputPadding: [0, 2] }), [region(3, 4, 4)]],
  ["deconv", conv([2, 2], [2, 2], { groups: 2 }), [image(4, 8)]],
  ["deconv", conv([2, 2], [2, 2], { groups: 5 }), [region(4, 5, 6)]],
  ["localResponseNorm", { ...localResponseNorm, over: "cells" }, [vector(3)]],
  ["dense", { units: 6, ...initial }, [region(3, 7, 7)]],
  ["upsample", { factor: 2 }, [image(3, 1)]],
  ["upsample", { factor: 2 }, [vector(3)]],
  ["add", {}, [image(3, 4), image(3, 8)]],
  ["add", {}, [image(3, 4), image(4, 4)]],
  ["multiply", {}, [image(3, 4), region(4, 1, 1)]],
  ["multiply", {}, [image(3, 4), region(3, 2, 1)]],
  ["multiply", {}, [vector(3), region(3, 1, 1)]],
  ["flatten", {}, [image(3, 4)]],
] as const)("%s %j has no shape on %j", (name, given, inputShapes) => {
  const layer = layers[name]!;
  const attributes = (layer.settle?.(given as unknown as LayerUse["attributes"]) ??
    given) as LayerUse["attributes"];
  expect(layer.derive(inputShapes, attributes)).toHaveProperty("problem");
});

/** Trained batch norm on `x [rows, 3, 5, 4]`, of which those that `realRows` names are real. */
function trainedNorm(rows: number, hasPadding: boolean) {
  const b = createBuilder("norm");
  const x = b.input("x", { dtype: "f32", shape: [rows, 3, 5, 4] }, "");
  const shape = image(4, 1);
  const span = { source: { name: "s", text: "" }, start: 0, end: 0 };
  const use: LayerUse = {
    path: "n",
    layer: "batchNorm",
    attributes: norm,
    inputs: ["x"],
    inputShapes: [shape],
    output: shape,
    span,
  };
  const parameter = (
    path: string,
    role: "weight" | "statistic" | "frozen" | "slot",
    sizes: readonly number[],
  ): Value => b.parameter(path, role, sizes, { kind: "constant", value: 0 });
  const context = { training: true, parameter, noise: (): Value => x, hasFixedStatistics: () => false };
  const realRows = hasPadding && b.input("realRows", { dtype: "bool", shape: [rows] }, "");
  b.output("y", layers.batchNorm!.lower(b, use, [x], { ...context, ...(realRows && { realRows }) }), "");
  return b.build();
}

test("trained batch norm keeps running values with torch's unbiased variance", () => {
  const graph = trainedNorm(2, false);
  expect(graph.updates.map((update) => update.parameter)).toEqual(["n.mean", "n.variance"]);
  const roles = Object.fromEntries(graph.parameters.map(({ name, role }) => [name, role]));
  expect(roles).toEqual({
    "n.scale": "weight",
    "n.offset": "weight",
    "n.mean": "statistic",
    "n.variance": "statistic",
  });
  const factors = graph.nodes.flatMap(({ op, attributes }) =>
    op === "constant" ? [...(attributes.data as Float32Array)] : [],
  );
  expect(factors).toContain(Math.fround(30 / 29));
});

const normState = {
  "n.scale": [1, -2, 0.5, 3],
  "n.offset": [0, 1, -1, 2],
  "n.mean": [0.5, -1, 2, 0],
  "n.variance": [1, 2, 0.5, 4],
};

function close(ours: ArrayLike<number>, theirs: ArrayLike<number>): void {
  for (let index = 0; index < theirs.length; index++) expect(ours[index]).toBeCloseTo(theirs[index]!, 5);
}

test("rows of padding have no part in the statistics of batch norm", () => {
  const real = Array.from({ length: 120 }, (_, index) => Math.sin(index * 1.3) * 3 + (index % 4));
  const alone = interpret(trainedNorm(2, false), { ...normState, x: real });
  const feeds = { ...normState, x: [...real, ...new Array<number>(60).fill(50)], realRows: [1, 1, 0] };
  const padded = interpret(trainedNorm(3, true), feeds);
  close(padded.outputs.y!.data, alone.outputs.y!.data);
  close(padded.updates["n.mean"]!.data, alone.updates["n.mean"]!.data);
  close(padded.updates["n.variance"]!.data, alone.updates["n.variance"]!.data);
});

test("without a real row batch norm keeps its running values", () => {
  const x = Array.from({ length: 60 }, (_, index) => index);
  const { updates } = interpret(trainedNorm(1, true), { ...normState, x, realRows: [0] });
  close(updates["n.mean"]!.data, normState["n.mean"]);
  close(updates["n.variance"]!.data, normState["n.variance"]);
});

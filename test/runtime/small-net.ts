/** A small detector-like network with one training step: every kind of kernel once, in a graph of a real shape. */
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { sgd } from "../../src/autodiff/optimizers/sgd.ts";
import type { Value } from "../../src/ir/types.ts";
import { type Builder, createBuilder } from "../../src/ops/builder.ts";
import type { HostTensor, HostTensors } from "../../src/runtime/session.ts";
import type { Program, Signatures } from "../../src/targets/artifact.ts";

const one = [
  [1, 1],
  [1, 1],
] as const;
const none = [
  [0, 0],
  [0, 0],
] as const;

function layer(b: Builder, name: string, x: Value, channels: number, stride: number): Value {
  const filter = b.parameter(`${name}.filter`, "weight", [3, 3, x.type.shape[3]!, channels], {
    kind: "normal",
    deviation: 0.2,
  });
  const scale = b.parameter(`${name}.scale`, "weight", [channels], { kind: "constant", value: 1 });
  const offset = b.parameter(`${name}.offset`, "weight", [channels], { kind: "constant", value: 0 });
  const mean = b.parameter(`${name}.mean`, "statistic", [channels], { kind: "constant", value: 0 });
  const y = b.conv2d(x, filter, { strides: [stride, stride], padding: one, dilations: [1, 1] });
  const [normal, batchMean] = b.batchNorm(y, scale, offset, { epsilon: 1e-5 });
  b.update(`${name}.mean`, b.add(b.mul(mean, 0.9), b.mul(batchMean!, 0.1)));
  return b.relu(normal!);
}

const plain = { strides: [1, 1], padding: none, dilations: [1, 1] };

/** Enlarged, with a mirrored border, each channel by itself. */
function depthwise(b: Builder, x: Value): Value {
  const filter = b.parameter("depthwise.filter", "weight", [3, 3, 1, 8], { kind: "normal", deviation: 0.2 });
  const wide = b.resize(x, { size: [8, 8], method: "bilinear", alignCorners: false });
  return b.groupedConv2d(b.reflectPad(wide, { padding: one }), filter, { ...plain, groups: 8 });
}

function inPairs(b: Builder, x: Value): Value {
  const filter = b.parameter("pairs.filter", "weight", [3, 3, 2, 8], { kind: "normal", deviation: 0.2 });
  const smooth = b.avgPool(x, { window: [3, 3], strides: [1, 1], padding: one, countBorder: false });
  return b.groupedConv2d(smooth, filter, { ...plain, padding: one, groups: 4 });
}

/** Images [2, 16, 16, 3] and regions in, a mean of squares over pooled features out; trained by SGD with momentum. */
export function smallNet(): Program {
  const b = createBuilder("train_step");
  const x = b.input("images", { dtype: "f32", shape: [2, 16, 16, 3] }, "images");
  const boxes = b.input("boxes", { dtype: "f32", shape: [5, 4] }, "regions, x1 y1 x2 y2 in pixels");
  const index = b.input("index", { dtype: "i32", shape: [5] }, "image of each region");
  const level = b.input("level", { dtype: "i32", shape: [5] }, "level of each region");
  const target = b.input("target", { dtype: "f32", shape: [5, 4] }, "what to learn");
  const fine = layer(b, "fine", x, 8, 2);
  const coarse = layer(b, "coarse", b.maxPool(fine, { window: [3, 3], strides: [2, 2], padding: one }), 8, 1);
  const merged = b.add(
    b.add(fine, b.upsampleNearest(coarse, { factor: 2 })),
    b.add(depthwise(b, coarse), inPairs(b, fine)),
  );
  const pooled = b.roiAlign([merged, coarse], boxes, index, level, {
    size: [3, 3],
    sampling: 2,
    aligned: false,
    strides: [2, 4],
  });
  const spread = b.parameter("spread", "weight", [2, 2, 4, 8], { kind: "normal", deviation: 0.2 });
  const masks = b.conv2dInputGrad(pooled, spread, {
    inputShape: [5, 6, 6, 4],
    strides: [2, 2],
    padding: none,
    dilations: [1, 1],
  });
  const weight = b.parameter("weight", "weight", [144, 4], { kind: "normal", deviation: 0.1 });
  const y = b.matmul(b.reshape(b.softplus(masks), { shape: [5, 144] }), weight, {
    transposeX: false,
    transposeY: false,
  });
  b.output("loss", b.mean(b.square(b.sub(y, target)), { axes: [0, 1], keepDims: false }), "loss");
  const { value } = differentiate(b.build(), { loss: "loss" });
  const graph = sgd(value!.graph, value!.gradients, { momentum: 0.9, weightDecay: 1e-4, clip: 1 });
  return { name: "small", functions: { train_step: graph } };
}

const wave = (shape: readonly number[], step: number, scale: number): HostTensor => {
  const size = shape.reduce((product, each) => product * each, 1);
  return {
    dtype: "f32",
    shape,
    data: Float32Array.from({ length: size }, (_, i) => scale * Math.sin(step * (i + 1))),
  };
};

/** Fixed values of every variable. */
export const smallState = ({ state }: Signatures): HostTensors =>
  Object.fromEntries(
    state.map(({ name, shape, initializer }, index) => {
      if (initializer.kind !== "constant") return [name, wave(shape, 0.7 + index / 10, 0.3)];
      const tensor = wave(shape, 1, 0);
      tensor.data.fill(initializer.value);
      return [name, tensor];
    }),
  );

export const smallFeeds = (step: number): HostTensors => ({
  images: wave([2, 16, 16, 3], 0.31 + step / 7, 1),
  boxes: {
    dtype: "f32",
    shape: [5, 4],
    data: Float32Array.of(1, 1, 9, 9, 0, 2, 15, 14, 3, 3, 5, 4, -2, 6, 7, 18, 8, 8, 16, 16),
  },
  index: { dtype: "i32", shape: [5], data: Int32Array.of(0, 1, 0, 1, 0) },
  level: { dtype: "i32", shape: [5], data: Int32Array.of(0, 1, 0, 0, -1) },
  target: wave([5, 4], 1.3, 1),
  learningRate: { dtype: "f32", shape: [], data: Float32Array.of(0.05) },
});

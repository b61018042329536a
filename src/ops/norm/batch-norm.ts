/** Batch normalisation (Ioffe and Szegedy 2015): for training, its gradient, and with fixed statistics. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type Sample, type TensorData } from "../define.ts";
import { gradientTensorflow, inferenceTensorflow, trainingTensorflow } from "./batch-norm-tensorflow.ts";
import { differenceOf, momentsOf } from "./moments.ts";

export type BatchNormAttributes = { readonly epsilon: number };

const attributes = { epsilon: "Added to the variance under the root." };
const constraints = {
  C1: "x is f32 of rank 2 or more with at least one element a channel.",
  C2: "All other operands are f32 and have one entry a channel of x, its last axis.",
  C3: "epsilon is not below 0.",
};

function constrainChannels(x: TensorType, vectors: readonly TensorType[], epsilon: number): TensorType {
  constrain(x.dtype === "f32" && x.shape.length >= 2 && sizeOf(x.shape) > 0, "C1", printType(x));
  const channels = [x.shape.at(-1)!];
  for (const vector of vectors) {
    const fits = vector.dtype === "f32" && sameShape(vector.shape, channels);
    constrain(fits, "C2", `${printType(vector)} for ${printType(x)}`);
  }
  constrain(epsilon >= 0, "C3", `epsilon ${epsilon}`);
  return { dtype: "f32", shape: channels };
}

const f32 = (shape: readonly number[], data: readonly number[]) => ({ dtype: "f32" as const, shape, data });
const wave = (length: number, step: number) =>
  Array.from({ length }, (_, i) => Math.round(250 * Math.sin(step * (i + 1))) / 100 + (i % 3));

const images = f32([2, 2, 3, 2], wave(24, 1.7));
const table = f32([4, 3], wave(12, 0.9));
const pair = [f32([2], [1.5, -0.75]), f32([2], [0.25, 2])] as const;
const triple = [f32([3], [0.5, 1, -2]), f32([3], [1, 0, -1])] as const;
const pairMoments = [f32([2], [0.4, -0.2]), f32([2], [1.2, 0.7])] as const;
const tripleMoments = [f32([3], [0.1, 0.2, 0.3]), f32([3], [0.5, 2, 1])] as const;

export const batchNorm: Op<
  ["x", "scale", "offset"],
  BatchNormAttributes,
  readonly [TensorType, TensorType, TensorType]
> = {
  name: "batchNorm",
  summary:
    "y = (x - mean) / sqrt(variance + epsilon) * scale + offset with the mean and the biased variance of x a channel, over all axes but the last. Outputs y, mean and variance; no gradient flows from the last two.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "scale", gradient: "differentiable" },
    { name: "offset", gradient: "differentiable" },
  ],
  attributes,
  constraints,
  infer: ([x, scale, offset], { epsilon }) => {
    const channels = constrainChannels(x!, [scale!, offset!], epsilon);
    return [x!, channels, channels];
  },
  reference: ([x, scale, offset], { epsilon }, outputs) => {
    const [y, mean, variance] = [outputs[0]!, outputs[1]!, outputs[2]!];
    const moments = momentsOf(x!);
    mean.data.set(moments.mean);
    variance.data.set(moments.variance);
    normalize(x!, scale!, offset!, moments, epsilon, y);
  },
  vjp: (builder, { inputs, outputs, attributes: { epsilon } }, [dy]) => {
    if (!dy) return [];
    return builder.batchNormGrad(dy, inputs[0]!, inputs[1]!, outputs[1]!, outputs[2]!, { epsilon });
  },
  cost: ([x]) => 4 * sizeOf(x!.shape),
  tfjs: "reference",
  tensorflow: (writer, operands, { inputs, attributes: { epsilon } }) =>
    trainingTensorflow(writer, operands, inputs[0]!.type.shape, epsilon),
  samples: [
    { name: "images", inputs: [images, ...pair], attributes: { epsilon: 1e-5 } },
    { name: "a table", inputs: [table, ...triple], attributes: { epsilon: 0.001 } },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [2] }, pair[0], pair[1]], attributes: { epsilon: 1e-5 } },
    { label: "C2", inputs: [images, triple[0], pair[1]], attributes: { epsilon: 1e-5 } },
    { label: "C3", inputs: [images, ...pair], attributes: { epsilon: -1 } },
  ],
};

interface Moments {
  readonly mean: TensorData["data"];
  readonly variance: TensorData["data"];
}

function normalize(
  x: TensorData,
  scale: TensorData,
  offset: TensorData,
  { mean, variance }: Moments,
  epsilon: number,
  y: TensorData,
): void {
  const channels = scale.data.length;
  const factor = Float64Array.from(scale.data, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  const [source, target] = [x.data, y.data];
  for (let at = 0; at < source.length; at += channels) {
    for (let c = 0; c < channels; c++) {
      target[at + c] = (source[at + c]! - mean[c]!) * factor[c]! + offset.data[c]!;
    }
  }
}

const second = "A second derivative of batch normalisation is not needed.";

export const batchNormGrad: Op<
  ["gradient", "x", "scale", "mean", "variance"],
  BatchNormAttributes,
  readonly [TensorType, TensorType, TensorType]
> = {
  name: "batchNormGrad",
  summary:
    "Gradients of batchNorm's x, scale and offset, from that of y and the mean and biased variance of x.",
  inputs: [
    { name: "gradient", gradient: "none", reason: second },
    { name: "x", gradient: "none", reason: second },
    { name: "scale", gradient: "none", reason: second },
    { name: "mean", gradient: "none", reason: second },
    { name: "variance", gradient: "none", reason: second },
  ],
  attributes,
  constraints: { ...constraints, C4: "The gradient is f32 and has the shape of x." },
  infer: ([gradient, x, ...vectors], { epsilon }) => {
    const channels = constrainChannels(x!, vectors, epsilon);
    const fits = gradient!.dtype === "f32" && sameShape(gradient!.shape, x!.shape);
    constrain(fits, "C4", `${printType(gradient!)} for ${printType(x!)}`);
    return [x!, channels, channels];
  },
  reference: (inputs, { epsilon }, outputs) => {
    const [gradient, x, scale, mean, variance] = inputs as [
      TensorData,
      TensorData,
      TensorData,
      TensorData,
      TensorData,
    ];
    const [dx, dScale, dOffset] = outputs as [TensorData, TensorData, TensorData];
    differenceOf({ gradient, x, scale, mean, variance }, epsilon, { dx, dScale, dOffset });
  },
  vjp: "none",
  cost: ([x]) => 6 * sizeOf(x!.shape),
  tfjs: "reference",
  tensorflow: (writer, operands, { inputs, attributes: { epsilon } }) =>
    gradientTensorflow(writer, operands, inputs[1]!.type.shape, epsilon),
  samples: [
    {
      name: "images",
      inputs: [f32([2, 2, 3, 2], wave(24, 0.6)), images, pair[0], ...sampleMoments(images)],
      attributes: { epsilon: 1e-5 },
    },
    {
      name: "a table",
      inputs: [f32([4, 3], wave(12, 2.1)), table, triple[0], ...sampleMoments(table)],
      attributes: { epsilon: 0.001 },
    },
  ],
  broken: [
    { label: "C1", inputs: [pair[0], pair[0], pair[0], ...pairMoments], attributes: { epsilon: 1e-5 } },
    { label: "C2", inputs: [images, images, triple[0], ...pairMoments], attributes: { epsilon: 1e-5 } },
    { label: "C3", inputs: [images, images, pair[0], ...pairMoments], attributes: { epsilon: -1 } },
    { label: "C4", inputs: [table, images, pair[0], ...pairMoments], attributes: { epsilon: 1e-5 } },
  ],
};

function sampleMoments(x: Sample["inputs"][number]) {
  const { mean, variance } = momentsOf({ type: x, data: Float64Array.from(x.data) });
  const vector = (data: Float64Array) => f32([data.length], [...data]);
  return [vector(mean), vector(variance)] as const;
}

export const batchNormInference: Op<["x", "scale", "offset", "mean", "variance"], BatchNormAttributes> = {
  name: "batchNormInference",
  summary:
    "y = (x - mean) / sqrt(variance + epsilon) * scale + offset with a given mean and variance a channel.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "scale", gradient: "differentiable" },
    { name: "offset", gradient: "differentiable" },
    {
      name: "mean",
      gradient: "stop",
      reason: "Running statistics are not trained (Ioffe and Szegedy 2015, section 3.1).",
    },
    {
      name: "variance",
      gradient: "stop",
      reason: "Running statistics are not trained (Ioffe and Szegedy 2015, section 3.1).",
    },
  ],
  attributes,
  constraints,
  infer: ([x, ...vectors], { epsilon }) => {
    constrainChannels(x!, vectors, epsilon);
    return [x!];
  },
  reference: ([x, scale, offset, mean, variance], { epsilon }, [y]) =>
    normalize(x!, scale!, offset!, { mean: mean!.data, variance: variance!.data }, epsilon, y!),
  vjp: (builder, { inputs, attributes: { epsilon } }, [dy]) => {
    if (!dy) return [];
    const [x, scale, , mean, variance] = inputs;
    const inverse = builder.rsqrt(builder.add(variance!, epsilon));
    const axes = x!.type.shape.slice(0, -1).map((_, axis) => axis);
    const centred = builder.mul(builder.sub(x!, mean!), inverse);
    return [
      builder.mul(dy, builder.mul(scale!, inverse)),
      builder.sum(builder.mul(dy, centred), { axes, keepDims: false }),
      builder.sum(dy, { axes, keepDims: false }),
    ];
  },
  cost: ([x]) => 2 * sizeOf(x!.shape),
  tfjs: "reference",
  tensorflow: (writer, operands, { inputs, attributes: { epsilon } }) =>
    inferenceTensorflow(writer, operands, inputs[0]!.type.shape, epsilon),
  samples: [
    { name: "images", inputs: [images, ...pair, ...pairMoments], attributes: { epsilon: 1e-5 } },
    { name: "a table", inputs: [table, ...triple, ...tripleMoments], attributes: { epsilon: 0.001 } },
    { name: "no epsilon", inputs: [images, ...pair, ...pairMoments], attributes: { epsilon: 0 } },
  ],
  broken: [
    { label: "C1", inputs: [pair[0], ...pair, ...pairMoments], attributes: { epsilon: 1e-5 } },
    { label: "C2", inputs: [images, ...pair, ...tripleMoments], attributes: { epsilon: 1e-5 } },
    { label: "C3", inputs: [images, ...pair, ...pairMoments], attributes: { epsilon: -1 } },
  ],
};

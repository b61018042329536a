/** Convolution of images, and its gradients as ops: the three are each other's gradients. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";
import { convolve, convolveBack, correlate } from "./convolution.ts";
import { filterGradTensorflow, inputGradTensorflow } from "./convolution-gradients-tensorflow.ts";
import {
  brokenConvolutions,
  convolutionSamples,
  filter332,
  ramp,
  same,
  x344,
} from "./convolution-samples.ts";
import { convolutionTensorflow } from "./convolution-tensorflow.ts";
import { convolutionConstraints, inferConvolution } from "./infer-convolution.ts";
import { type ConvolutionAttributes, dilationsText, windowAttributeTexts } from "./window.ts";

export type { ConvolutionAttributes } from "./window.ts";
export type InputGradAttributes = ConvolutionAttributes & { readonly inputShape: readonly number[] };
export type FilterGradAttributes = ConvolutionAttributes & { readonly filterShape: readonly number[] };

const attributeTexts = { ...windowAttributeTexts, dilations: dilationsText };

function inferGradient(
  gradient: TensorType,
  x: TensorType,
  filter: TensorType,
  attributes: ConvolutionAttributes,
) {
  const y = inferConvolution(x, filter, attributes);
  const fits = gradient.dtype === "f32" && sameShape(gradient.shape, y.shape);
  constrain(fits, "C5", `gradient ${printType(gradient)}, output ${printType(y)}`);
}

const gradientConstraint = "The gradient is f32 and has the shape of the convolution's output.";
const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });

/** Multiply-adds of the convolution with output `y`. */
const costOf = (y: readonly number[], filter: readonly number[]): number =>
  sizeOf(y) * sizeOf(filter.slice(0, 3));

export const conv2d: Op<["x", "filter"], ConvolutionAttributes> = {
  name: "conv2d",
  summary: "The cross-correlation of images [N, H, W, C] with a filter [height, width, C, K].",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "filter", gradient: "differentiable" },
  ],
  attributes: attributeTexts,
  constraints: convolutionConstraints,
  infer: ([x, filter], attributes) => [inferConvolution(x!, filter!, attributes)],
  reference: ([x, filter], attributes, [y]) => convolve({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes }, [dy]) => {
    if (!dy) return [];
    const [x, filter] = [inputs[0]!, inputs[1]!];
    return [
      builder.conv2dInputGrad(dy, filter, { ...attributes, inputShape: x.type.shape }),
      builder.conv2dFilterGrad(x, dy, { ...attributes, filterShape: filter.type.shape }),
    ];
  },
  cost: ([, filter], [y]) => costOf(y!.shape, filter!.shape),
  tfjs: {
    kernel: "Conv2D",
    inputs: ["x", "filter"],
    attributes: ({ strides, padding, dilations }) => ({
      strides,
      pad: [[0, 0], ...padding, [0, 0]],
      dataFormat: "NHWC",
      dilations,
    }),
  },
  tensorflow: (writer, operands, { inputs: [x, filter], attributes }) =>
    writer.node("Conv2D", operands, convolutionTensorflow(x!.type.shape, filter!.type.shape, attributes)),
  samples: convolutionSamples(({ x, filter, attributes }) => ({
    inputs: [ramp(x, 1.3), ramp(filter, 0.7)],
    attributes,
  })),
  broken: brokenConvolutions(
    (x, filter) => [x, filter],
    () => ({}),
  ),
};

export const conv2dInputGrad: Op<["gradient", "filter"], InputGradAttributes> = {
  name: "conv2dInputGrad",
  summary: "The gradient of the images from that of conv2d's output; also the transposed convolution.",
  inputs: [
    { name: "gradient", gradient: "differentiable" },
    { name: "filter", gradient: "differentiable" },
  ],
  attributes: { ...attributeTexts, inputShape: "Shape of the images, [N, H, W, C]." },
  constraints: { ...convolutionConstraints, C5: gradientConstraint },
  infer: ([gradient, filter], attributes) => {
    const x = f32(attributes.inputShape);
    inferGradient(gradient!, x, filter!, attributes);
    return [x];
  },
  reference: ([y, filter], attributes, [x]) => convolveBack({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes }, [dx]) => {
    if (!dx) return [];
    const { inputShape: _, ...window } = attributes;
    const [gradient, filter] = [inputs[0]!, inputs[1]!];
    return [
      builder.conv2d(dx, filter, window),
      builder.conv2dFilterGrad(dx, gradient, { ...window, filterShape: filter.type.shape }),
    ];
  },
  cost: ([gradient, filter]) => costOf(gradient!.shape, filter!.shape),
  tfjs: "reference",
  tensorflow: (writer, [gradient, filter], { inputs, attributes }) => {
    const { inputShape, ...window } = attributes;
    const of = { x: inputShape, filter: inputs[1]!.type.shape, attributes: window };
    return inputGradTensorflow(writer, gradient!, filter!, of);
  },
  samples: convolutionSamples(({ x, filter, attributes }, y) => ({
    inputs: [ramp(y, 1.1), ramp(filter, 0.7)],
    attributes: { ...attributes, inputShape: x },
  })),
  broken: [
    ...brokenConvolutions(
      (_, filter) => [f32([1, 1, 1, 1]), filter],
      (x) => ({ inputShape: x }),
    ),
    { label: "C5", inputs: [f32([1, 3, 3, 3]), f32(filter332)], attributes: { ...same, inputShape: x344 } },
  ],
};

export const conv2dFilterGrad: Op<["x", "gradient"], FilterGradAttributes> = {
  name: "conv2dFilterGrad",
  summary: "The gradient of the filter from that of conv2d's output.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "gradient", gradient: "differentiable" },
  ],
  attributes: { ...attributeTexts, filterShape: "Shape of the filter, [height, width, C, K]." },
  constraints: { ...convolutionConstraints, C5: gradientConstraint },
  infer: ([x, gradient], attributes) => {
    const filter = f32(attributes.filterShape);
    inferGradient(gradient!, x!, filter, attributes);
    return [filter];
  },
  reference: ([x, y], attributes, [filter]) => correlate({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes }, [dFilter]) => {
    if (!dFilter) return [];
    const { filterShape: _, ...window } = attributes;
    const [x, gradient] = [inputs[0]!, inputs[1]!];
    return [
      builder.conv2dInputGrad(gradient, dFilter, { ...window, inputShape: x.type.shape }),
      builder.conv2d(x, dFilter, window),
    ];
  },
  cost: ([, gradient], [filter]) => costOf(gradient!.shape, filter!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x, gradient], { inputs, attributes }) => {
    const { filterShape, ...window } = attributes;
    const of = { x: inputs[0]!.type.shape, filter: filterShape, attributes: window };
    return filterGradTensorflow(writer, x!, gradient!, of);
  },
  samples: convolutionSamples(({ x, filter, attributes }, y) => ({
    inputs: [ramp(x, 1.3), ramp(y, 1.1)],
    attributes: { ...attributes, filterShape: filter },
  })),
  broken: [
    ...brokenConvolutions(
      (x) => [x, f32([1, 1, 1, 1])],
      (_, filter) => ({ filterShape: filter }),
    ),
    { label: "C5", inputs: [f32(x344), f32([1, 3, 3, 3])], attributes: { ...same, filterShape: filter332 } },
  ],
};

/** Convolution in groups of channels, and its gradients as ops: the three are each other's gradients. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";
import { convolveGroups, convolveGroupsBack, correlateGroups } from "./grouped-convolution.ts";
import { brokenGroups, groupedSamples, ramp } from "./grouped-samples.ts";
import { filterGradTensorflow, forwardTensorflow, inputGradTensorflow } from "./grouped-tensorflow.ts";
import {
  type ConvolutionAttributes,
  constrainWindow,
  dilationsText,
  slidSize,
  windowAttributeTexts,
  windowConstraint,
} from "./window.ts";

export type GroupedAttributes = ConvolutionAttributes & { readonly groups: number };
export type GroupedInputGradAttributes = GroupedAttributes & { readonly inputShape: readonly number[] };
export type GroupedFilterGradAttributes = GroupedAttributes & { readonly filterShape: readonly number[] };

const attributeTexts = {
  ...windowAttributeTexts,
  dilations: dilationsText,
  groups:
    "Parts into which the channels of the images and of the output are divided; each sees its own only.",
};

const constraints = {
  C1: "The operands are f32 of rank 4: images [N, H, W, C], a filter [height, width, C / groups, K].",
  C2: windowConstraint,
  C3: "The groups divide C and K, and the filter takes C / groups channels.",
  C4: "The filter, spread by its dilations, fits in the padded image.",
};

/** Type of the output; labels C1 to C4 are common to the convolution and its gradients. */
export function inferGrouped(x: TensorType, filter: TensorType, attributes: GroupedAttributes): TensorType {
  const both = `${printType(x)} and filter ${printType(filter)}`;
  const rank4 = x.shape.length === 4 && filter.shape.length === 4;
  constrain(x.dtype === "f32" && filter.dtype === "f32" && rank4, "C1", both);
  constrainWindow("C2", attributes);
  const { groups } = attributes;
  const divides = Number.isInteger(groups) && groups >= 1 && filter.shape[3]! % groups === 0;
  constrain(divides && x.shape[3] === filter.shape[2]! * groups, "C3", `${both} in ${groups} groups`);
  const [height, width] = slidSize(x.shape.slice(1, 3), filter.shape, attributes, attributes.dilations);
  constrain(height > 0 && width > 0, "C4", both);
  return { dtype: "f32", shape: [x.shape[0]!, height, width, filter.shape[3]!] };
}

function inferGradient(
  gradient: TensorType,
  x: TensorType,
  filter: TensorType,
  attributes: GroupedAttributes,
) {
  const y = inferGrouped(x, filter, attributes);
  const fits = gradient.dtype === "f32" && sameShape(gradient.shape, y.shape);
  constrain(fits, "C5", `gradient ${printType(gradient)}, output ${printType(y)}`);
}

const gradientConstraint = "The gradient is f32 and has the shape of the convolution's output.";
const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });

/** Multiply-adds of the convolution with output `y`. */
const costOf = (y: readonly number[], filter: readonly number[]): number =>
  sizeOf(y) * sizeOf(filter.slice(0, 3));

export const groupedConv2d: Op<["x", "filter"], GroupedAttributes> = {
  name: "groupedConv2d",
  summary:
    "The cross-correlation of images [N, H, W, C] with a filter [height, width, C / groups, K], each group of channels by itself.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "filter", gradient: "differentiable" },
  ],
  attributes: attributeTexts,
  constraints,
  infer: ([x, filter], attributes) => [inferGrouped(x!, filter!, attributes)],
  reference: ([x, filter], attributes, [y]) => convolveGroups({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes }, [dy]) => {
    if (!dy) return [];
    const [x, filter] = [inputs[0]!, inputs[1]!];
    return [
      builder.groupedConv2dInputGrad(dy, filter, { ...attributes, inputShape: x.type.shape }),
      builder.groupedConv2dFilterGrad(x, dy, { ...attributes, filterShape: filter.type.shape }),
    ];
  },
  cost: ([, filter], [y]) => costOf(y!.shape, filter!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x, filter], { inputs, attributes }) =>
    forwardTensorflow(writer, [x!, filter!], inputs[0]!.type.shape, inputs[1]!.type.shape, attributes),
  samples: groupedSamples(({ x, filter, attributes }) => ({
    inputs: [ramp(x, 1.3), ramp(filter, 0.7)],
    attributes,
  })),
  broken: brokenGroups(
    (x, filter) => [x, filter],
    () => ({}),
  ),
};

export const groupedConv2dInputGrad: Op<["gradient", "filter"], GroupedInputGradAttributes> = {
  name: "groupedConv2dInputGrad",
  summary: "The gradient of the images from that of groupedConv2d's output.",
  inputs: [
    { name: "gradient", gradient: "differentiable" },
    { name: "filter", gradient: "differentiable" },
  ],
  attributes: { ...attributeTexts, inputShape: "Shape of the images, [N, H, W, C]." },
  constraints: { ...constraints, C5: gradientConstraint },
  infer: ([gradient, filter], attributes) => {
    const x = f32(attributes.inputShape);
    inferGradient(gradient!, x, filter!, attributes);
    return [x];
  },
  reference: ([y, filter], attributes, [x]) =>
    convolveGroupsBack({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes: { inputShape: _, ...window } }, [dx]) => {
    if (!dx) return [];
    const [gradient, filter] = [inputs[0]!, inputs[1]!];
    return [
      builder.groupedConv2d(dx, filter, window),
      builder.groupedConv2dFilterGrad(dx, gradient, { ...window, filterShape: filter.type.shape }),
    ];
  },
  cost: ([gradient, filter]) => costOf(gradient!.shape, filter!.shape),
  tfjs: "reference",
  tensorflow: (writer, [gradient, filter], { inputs, attributes }) =>
    inputGradTensorflow(writer, [gradient!, filter!], inputs[1]!.type.shape, attributes),
  samples: groupedSamples(({ x, filter, attributes }, y) => ({
    inputs: [ramp(y, 1.1), ramp(filter, 0.7)],
    attributes: { ...attributes, inputShape: x },
  })),
  broken: [
    ...brokenGroups(
      (_, filter) => [f32([1, 1, 1, 1]), filter],
      (x) => ({ inputShape: x }),
    ),
    {
      label: "C5",
      inputs: [f32([1, 3, 3, 3]), f32([1, 1, 1, 2])],
      attributes: { ...plainGroups(2), inputShape: [1, 3, 3, 2] },
    },
  ],
};

export const groupedConv2dFilterGrad: Op<["x", "gradient"], GroupedFilterGradAttributes> = {
  name: "groupedConv2dFilterGrad",
  summary: "The gradient of the filter from that of groupedConv2d's output.",
  inputs: [
    { name: "x", gradient: "differentiable" },
    { name: "gradient", gradient: "differentiable" },
  ],
  attributes: { ...attributeTexts, filterShape: "Shape of the filter, [height, width, C / groups, K]." },
  constraints: { ...constraints, C5: gradientConstraint },
  infer: ([x, gradient], attributes) => {
    const filter = f32(attributes.filterShape);
    inferGradient(gradient!, x!, filter, attributes);
    return [filter];
  },
  reference: ([x, y], attributes, [filter]) => correlateGroups({ x: x!, filter: filter!, y: y! }, attributes),
  vjp: (builder, { inputs, attributes: { filterShape: _, ...window } }, [dFilter]) => {
    if (!dFilter) return [];
    const [x, gradient] = [inputs[0]!, inputs[1]!];
    return [
      builder.groupedConv2dInputGrad(gradient, dFilter, { ...window, inputShape: x.type.shape }),
      builder.groupedConv2d(x, dFilter, window),
    ];
  },
  cost: ([, gradient], [filter]) => costOf(gradient!.shape, filter!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x, gradient], { inputs, attributes }) =>
    filterGradTensorflow(writer, [x!, gradient!], inputs[0]!.type.shape, attributes),
  samples: groupedSamples(({ x, filter, attributes }, y) => ({
    inputs: [ramp(x, 1.3), ramp(y, 1.1)],
    attributes: { ...attributes, filterShape: filter },
  })),
  broken: [
    ...brokenGroups(
      (x) => [x, f32([1, 1, 1, 1])],
      (_, filter) => ({ filterShape: filter }),
    ),
    {
      label: "C5",
      inputs: [f32([1, 3, 3, 2]), f32([1, 3, 3, 3])],
      attributes: { ...plainGroups(2), filterShape: [1, 1, 1, 2] },
    },
  ],
};

function plainGroups(groups: number): GroupedAttributes {
  const none = [
    [0, 0],
    [0, 0],
  ];
  return { strides: [1, 1], padding: none, dilations: [1, 1], groups };
}

/** The shape rule of a convolution. */
import { printType } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain } from "../define.ts";
import { type ConvolutionAttributes, constrainWindow, slidSize, windowConstraint } from "./window.ts";

export const convolutionConstraints = {
  C1: "The operands are f32 of rank 4: images [N, H, W, C], a filter [height, width, C, K].",
  C2: windowConstraint,
  C3: "The image has as many channels as the filter takes.",
  C4: "The filter, spread by its dilations, fits in the padded image.",
};

/** Type of the output; labels C1 to C4 are common to the convolution and its gradients. */
export function inferConvolution(
  x: TensorType,
  filter: TensorType,
  attributes: ConvolutionAttributes,
): TensorType {
  const both = `${printType(x)} and filter ${printType(filter)}`;
  const rank4 = x.shape.length === 4 && filter.shape.length === 4;
  constrain(x.dtype === "f32" && filter.dtype === "f32" && rank4, "C1", both);
  constrainWindow("C2", attributes);
  constrain(x.shape[3] === filter.shape[2], "C3", both);
  const [height, width] = slidSize(x.shape.slice(1, 3), filter.shape, attributes, attributes.dilations);
  constrain(height > 0 && width > 0, "C4", both);
  return { dtype: "f32", shape: [x.shape[0]!, height, width, filter.shape[3]!] };
}

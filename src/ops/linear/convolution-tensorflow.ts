/** The attributes by which TensorFlow's convolution ops are told their window. */
import type { TensorflowAttribute } from "../define.ts";
import { type ConvolutionAttributes, tensorflowPadding } from "./window.ts";

/** For images and a filter of these shapes. */
export function convolutionTensorflow(
  x: readonly number[],
  filter: readonly number[],
  attributes: ConvolutionAttributes,
): Record<string, TensorflowAttribute> {
  const { strides, dilations } = attributes;
  return {
    T: { type: "f32" },
    strides: { ints: [1, ...strides, 1] },
    dilations: { ints: [1, ...dilations, 1] },
    data_format: { text: "NHWC" },
    use_cudnn_on_gpu: { bool: true },
    ...tensorflowPadding(x.slice(1, 3), filter, attributes, dilations),
  };
}

/** Grouped convolutions and their gradients: depthwise ones directly, others one group at a time. */
import type { Attributes } from "../../ir/types.ts";
import type { ConvolutionAttributes } from "../../ops/linear/window.ts";
import { elementsOf } from "../feeds.ts";
import type { Heap, Tensor } from "../heap.ts";
import { conv2dFilterGrad } from "./conv2d-filter-grad.ts";
import { conv2dInputGrad } from "./conv2d-input-grad.ts";
import { depthwiseFilterGrad, depthwiseForward, depthwiseInputGrad } from "./depthwise.ts";
import type { Kernel } from "./kernel.ts";

const windowOf = (attributes: Attributes) => attributes as unknown as ConvolutionAttributes;

const isDepthwise = (filter: readonly number[]): boolean => filter[2] === 1;

/** One input and one output in each group. */
const isPlainDepthwise = (filter: readonly number[], attributes: Attributes): boolean =>
  isDepthwise(filter) && filter[3] === attributes.groups;

export const groupedConv2d: Kernel = (heap, [x, filter], attributes, [type]) => {
  const window = windowOf(attributes);
  if (isDepthwise(filter!.shape)) return [depthwiseForward(heap, x!, filter!, window, type!.shape)];
  const { strides, dilations, padding } = window;
  const stock = { strides, dilations, pad: [[0, 0], ...padding, [0, 0]], dataFormat: "NHWC" };
  return [
    groupByGroup(
      heap,
      [x!, filter!],
      attributes,
      type!.shape,
      (parts, shape) =>
        heap.run("Conv2D", { x: parts[0], filter: parts[1] }, stock, [{ dtype: "f32", shape }])[0]!,
    ),
  ];
};

export const groupedConv2dInputGrad: Kernel = (heap, [gradient, filter], attributes, [type]) => {
  if (isPlainDepthwise(filter!.shape, attributes))
    return [depthwiseInputGrad(heap, gradient!, filter!, windowOf(attributes), type!.shape)];
  return [
    groupByGroup(heap, [gradient!, filter!], attributes, type!.shape, (parts, shape) => {
      const share = { ...attributes, inputShape: shape };
      return conv2dInputGrad(heap, parts, share, [{ dtype: "f32", shape }])[0]!;
    }),
  ];
};

export const groupedConv2dFilterGrad: Kernel = (heap, [x, gradient], attributes, [type]) => {
  if (isPlainDepthwise(type!.shape, attributes))
    return [depthwiseFilterGrad(heap, x!, gradient!, windowOf(attributes), type!.shape)];
  return [
    groupByGroup(heap, [x!, gradient!], attributes, type!.shape, (parts, shape) => {
      const share = { ...attributes, filterShape: shape };
      return conv2dFilterGrad(heap, parts, share, [{ dtype: "f32", shape }])[0]!;
    }),
  ];
};

/** `run` on each group's channels of both operands; its results side by side. */
function groupByGroup(
  heap: Heap,
  operands: readonly [Tensor, Tensor],
  { groups }: Attributes,
  shape: readonly number[],
  run: (parts: readonly [Tensor, Tensor], shape: readonly number[]) => Tensor,
): Tensor {
  const count = groups as number;
  const result = heap.make({ dtype: "f32", shape });
  const share = [...shape.slice(0, 3), shape[3]! / count];
  for (let group = 0; group < count; group++) {
    const parts = operands.map((operand) => channelsOf(heap, operand, group, count)) as [Tensor, Tensor];
    const part = run(parts, share);
    placeChannels(heap, part, result, group);
    for (const tensor of [...parts, part]) heap.drop(tensor);
  }
  return result;
}

/** A copy of the channels of one group. */
function channelsOf(heap: Heap, tensor: Tensor, group: number, groups: number): Tensor {
  const all = tensor.shape[3]!;
  const channels = all / groups;
  const part = heap.make({ dtype: "f32", shape: [...tensor.shape.slice(0, 3), channels] });
  const [source, target] = [heap.view(tensor), heap.view(part)];
  for (let to = 0, from = group * channels; to < target.length; to += channels, from += all) {
    for (let c = 0; c < channels; c++) target[to + c] = source[from + c]!;
  }
  return part;
}

function placeChannels(heap: Heap, part: Tensor, whole: Tensor, group: number): void {
  const [channels, all] = [part.shape[3]!, whole.shape[3]!];
  const [source, target] = [heap.view(part), heap.view(whole)];
  const count = elementsOf(part.shape);
  for (let from = 0, to = group * channels; from < count; from += channels, to += all) {
    for (let c = 0; c < channels; c++) target[to + c] = source[from + c]!;
  }
}

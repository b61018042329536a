/** Grouped convolutions as TensorFlow nodes: depthwise ones by its own ops, others one group at a time. */
import type { TensorflowAttribute, TensorflowRef, TensorflowWriter } from "../define.ts";
import type {
  GroupedAttributes,
  GroupedFilterGradAttributes,
  GroupedInputGradAttributes,
} from "./grouped-conv2d.ts";
import { gatherTaps, spreadFilter, spreadShape } from "./spread-filter.ts";
import { tensorflowPadding } from "./window.ts";

type Pair = readonly [TensorflowRef, TensorflowRef];
type Shape = readonly number[];

/** TensorFlow's op for one channel a group knows one stride for both axes. */
const isDepthwise = (filter: Shape, { strides }: GroupedAttributes): boolean =>
  filter[2] === 1 && strides[0] === strides[1];

/** The ops know no dilation on the processor: the filter is spread before. */
function tensorflowAttributes(
  x: Shape,
  spread: Shape,
  attributes: GroupedAttributes,
): Record<string, TensorflowAttribute> {
  return {
    T: { type: "f32" },
    strides: { ints: [1, ...attributes.strides, 1] },
    dilations: { ints: [1, 1, 1, 1] },
    data_format: { text: "NHWC" },
    ...tensorflowPadding(x.slice(1, 3), spread, attributes),
  };
}

const isDilated = ({ dilations }: GroupedAttributes): boolean => dilations.some((step) => step > 1);

const spreadOf = (
  writer: TensorflowWriter,
  filter: TensorflowRef,
  shape: Shape,
  attributes: GroupedAttributes,
): TensorflowRef =>
  isDilated(attributes) ? spreadFilter(writer, filter, shape, attributes.dilations) : filter;

const reshape = (writer: TensorflowWriter, x: TensorflowRef, shape: Shape): TensorflowRef =>
  writer.node("Reshape", [x, writer.constant("i32", [shape.length], shape)], {
    T: { type: "f32" },
    Tshape: { type: "i32" },
  })[0]!;

/** [height, width, 1, K] as [height, width, C, K / C], and its shape. */
const depthwiseShape = ([height, width, , filters]: Shape, groups: number): number[] => [
  height!,
  width!,
  groups,
  filters! / groups,
];

const splitChannels = (writer: TensorflowWriter, x: TensorflowRef, groups: number): TensorflowRef[] =>
  writer.node(
    "Split",
    [writer.constant("i32", [], [3]), x],
    { T: { type: "f32" }, num_split: { int: groups } },
    groups,
  );

const joinChannels = (writer: TensorflowWriter, parts: readonly TensorflowRef[]): TensorflowRef =>
  writer.node("ConcatV2", [...parts, writer.constant("i32", [], [3])], {
    N: { int: parts.length },
    T: { type: "f32" },
    Tidx: { type: "i32" },
  })[0]!;

/** `run` on the channels of each group of both operands, joined. */
function groupByGroup(
  writer: TensorflowWriter,
  [first, second]: Pair,
  groups: number,
  run: (first: TensorflowRef, second: TensorflowRef) => TensorflowRef,
): TensorflowRef {
  const others = splitChannels(writer, second, groups);
  const parts = splitChannels(writer, first, groups).map((part, group) => run(part, others[group]!));
  return joinChannels(writer, parts);
}

/** One group's share of a shape whose last axis holds all groups. */
const share = (shape: Shape, groups: number): number[] => [...shape.slice(0, 3), shape[3]! / groups];

/** The library ends the process where it joins this op, with explicit padding, and a bias: so the border is put on before. */
function depthwiseForward(
  writer: TensorflowWriter,
  [x, filter]: Pair,
  { explicit_paddings: explicit, ...settings }: Record<string, TensorflowAttribute>,
  { padding }: GroupedAttributes,
): TensorflowRef[] {
  if (!explicit) return writer.node("DepthwiseConv2dNative", [x, filter], settings);
  const borders = writer.constant("i32", [4, 2], [0, 0, ...padding.flat(), 0, 0]);
  const types = { T: { type: "f32" }, Tpaddings: { type: "i32" } } as const;
  const [padded] = writer.node("Pad", [x, borders], types);
  const valid = { ...settings, padding: { text: "VALID" } };
  return writer.node("DepthwiseConv2dNative", [padded!, filter], valid);
}

export function forwardTensorflow(
  writer: TensorflowWriter,
  [x, filter]: Pair,
  xShape: Shape,
  filterShape: Shape,
  attributes: GroupedAttributes,
): TensorflowRef[] {
  const { groups, dilations } = attributes;
  const spread = spreadOf(writer, filter, filterShape, attributes);
  const shape = spreadShape(filterShape, dilations);
  const settings = tensorflowAttributes(xShape, shape, attributes);
  if (isDepthwise(filterShape, attributes)) {
    const turned = reshape(writer, spread, depthwiseShape(shape, groups));
    return depthwiseForward(writer, [x, turned], settings, attributes);
  }
  return [groupByGroup(writer, [x, spread], groups, (a, b) => writer.node("Conv2D", [a, b], settings)[0]!)];
}

export function inputGradTensorflow(
  writer: TensorflowWriter,
  [gradient, filter]: Pair,
  filterShape: Shape,
  attributes: GroupedInputGradAttributes,
): TensorflowRef[] {
  const { groups, dilations, inputShape } = attributes;
  const spread = spreadOf(writer, filter, filterShape, attributes);
  const shape = spreadShape(filterShape, dilations);
  const settings = tensorflowAttributes(inputShape, shape, attributes);
  const sizes = (of: Shape) => writer.constant("i32", [4], of);
  if (isDepthwise(filterShape, attributes)) {
    const turned = reshape(writer, spread, depthwiseShape(shape, groups));
    const operands = [sizes(inputShape), turned, gradient];
    return writer.node("DepthwiseConv2dNativeBackpropInput", operands, settings);
  }
  const part = sizes(share(inputShape, groups));
  const one = (a: TensorflowRef, b: TensorflowRef) =>
    writer.node("Conv2DBackpropInput", [part, b, a], settings)[0]!;
  return [groupByGroup(writer, [gradient, spread], groups, one)];
}

export function filterGradTensorflow(
  writer: TensorflowWriter,
  [x, gradient]: Pair,
  xShape: Shape,
  attributes: GroupedFilterGradAttributes,
): TensorflowRef[] {
  const { groups, dilations, filterShape } = attributes;
  const shape = spreadShape(filterShape, dilations);
  const settings = tensorflowAttributes(xShape, shape, attributes);
  const sizes = (of: Shape) => writer.constant("i32", [4], of);
  const taken = (spread: TensorflowRef) =>
    isDilated(attributes) ? gatherTaps(writer, spread, filterShape, dilations) : spread;
  if (isDepthwise(filterShape, attributes)) {
    const operands = [x, sizes(depthwiseShape(shape, groups)), gradient];
    const [turned] = writer.node("DepthwiseConv2dNativeBackpropFilter", operands, settings);
    return [taken(reshape(writer, turned!, shape))];
  }
  const part = sizes(share(shape, groups));
  const one = (a: TensorflowRef, b: TensorflowRef) =>
    writer.node("Conv2DBackpropFilter", [a, part, b], settings)[0]!;
  return [taken(groupByGroup(writer, [x, gradient], groups, one))];
}

/** Convolution over height and width. */
import { positiveInteger, size, word } from "../../check/kinds.ts";
import type { Value } from "../../ir/types.ts";
import type { Attributes, Derived } from "../../model/layer.ts";
import type { FeatureShape, Initializer } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Builder } from "../../ops/builder.ts";
import type { Layer } from "../layer.ts";
import { bias, biasInitializer, channels, initializer, kernel, stride } from "./parameters.ts";
import {
  type Borders,
  bordersOf,
  opPadding,
  paddingFrom,
  paddingKind,
  pair,
  samePadding,
  slideOver,
  type Window,
} from "./windows.ts";

const windowOf = (attributes: Attributes): Window => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  dilation: pair(attributes.dilation),
  padding: paddingFrom(attributes.padding),
});

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const window = windowOf(attributes);
  const outOf = attributes.channels as number;
  const groups = attributes.groups as number;
  const uneven = [input.channels, outOf].find((count) => count % groups !== 0);
  if (uneven !== undefined)
    return { problem: `${groups} groups do not divide ${uneven} channels; the input is ${showShape(input)}` };
  if (attributes.paddingMode === "reflect" && input.kind === "region") {
    const [rows, columns] = bordersOf(window, input);
    if (Math.max(...rows) >= input.height || Math.max(...columns) >= input.width)
      return { problem: `${showShape(input)} is too small to be mirrored by its padding` };
  }
  return slideOver(input, window, outOf);
}

/** One dense convolution, or one for each group of channels. */
function convolve(
  b: Builder,
  x: Value,
  filter: Value,
  window: Window,
  padding: Borders,
  groups: number,
): Value {
  const attributes = { strides: window.stride, padding, dilations: window.dilation };
  return groups === 1
    ? b.conv2d(x, filter, attributes)
    : b.groupedConv2d(x, filter, { ...attributes, groups });
}

export const conv: Layer = {
  name: "conv",
  role: "layer",
  summary:
    "Two-dimensional convolution (cross-correlation) with a filter `[height, width, in / groups, out]`.",
  source: "LeCun et al. 1998; sizes and padding as torch.nn.Conv2d",
  arity: 1,
  parametric: true,
  parameters: {
    kernel,
    channels,
    stride,
    padding: {
      kind: paddingKind,
      derived: "floor(dilation * (kernel - 1) / 2) on each side",
      summary: "Rows and columns beyond each side; `same` as many as give size / stride, `valid` none.",
    },
    dilation: { kind: size, default: [1, 1], summary: "Distance of neighbouring filter elements." },
    groups: {
      kind: positiveInteger,
      default: 1,
      summary:
        "Parts into which input and output channels are divided, each convolved by itself (Krizhevsky et al. 2012, Xie et al. 2017); as many as input channels: depthwise.",
    },
    paddingMode: {
      kind: word("zeros", "reflect"),
      default: "zeros",
      summary: "What lies beyond the sides: zeros, or the mirrored image without its edge.",
    },
    bias,
    initializer,
    biasInitializer,
  },
  settle: (attributes) => ({
    padding: samePadding(pair(attributes.kernel), pair(attributes.dilation)),
    ...attributes,
  }),
  derive: ([input], attributes) => derive(input!, attributes),
  lower(b, use, [x], context) {
    const { path, attributes } = use;
    const window = windowOf(attributes);
    const [height, width] = window.kernel;
    const groups = attributes.groups as number;
    const into = use.inputShapes[0]!.channels / groups;
    const outOf = use.output.channels;
    // torch counts the fans on its filter `[out, in / groups, height, width]`.
    const fans = { in: height * width * into, out: height * width * outOf, groups };
    const starts = attributes as unknown as Readonly<Record<"initializer" | "biasInitializer", Initializer>>;
    const filter = context.parameter(
      `${path}.filter`,
      "weight",
      [height, width, into, outOf],
      starts.initializer,
      fans,
    );
    const borders = bordersOf(window, use.inputShapes[0]!);
    const mirrored = attributes.paddingMode === "reflect" && borders.flat().some((pixels) => pixels > 0);
    const y = mirrored
      ? convolve(b, b.reflectPad(x!, { padding: borders }), filter, window, opPadding([0, 0]), groups)
      : convolve(b, x!, filter, window, borders, groups);
    if (!attributes.bias) return y;
    return b.add(y, context.parameter(`${path}.bias`, "weight", [outOf], starts.biasInitializer, fans));
  },
};

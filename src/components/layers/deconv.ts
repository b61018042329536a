/** Transposed convolution: the gradient of a convolution in its input, used forwards. */
import { padding, positiveInteger, size } from "../../check/kinds.ts";
import type { Attributes, Derived } from "../../model/layer.ts";
import type { FeatureShape, Initializer } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";
import { bias, biasInitializer, channels, initializer, kernel, stride } from "./parameters.ts";
import { opPadding, type Pair, pair } from "./windows.ts";

interface Deconvolution {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly outputPadding: Pair;
  readonly dilation: Pair;
}

const deconvolutionOf = (attributes: Attributes): Deconvolution => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  padding: pair(attributes.padding),
  outputPadding: pair(attributes.outputPadding),
  dilation: pair(attributes.dilation),
});

/** Cells of the output that one of the input reaches along an axis. */
const reach = (kernel: Pair, dilation: Pair, axis: 0 | 1): number => dilation[axis] * (kernel[axis] - 1) + 1;

const both = (of: (axis: 0 | 1) => number): Pair => [of(0), of(1)];

/** Padding, and rows behind the last, with which the output is `stride` times as large. */
function settle(attributes: Attributes): Attributes {
  const [kernel, stride, dilation] = [attributes.kernel, attributes.stride, attributes.dilation].map(pair);
  const surplus = (axis: 0 | 1) => reach(kernel!, dilation!, axis) - stride![axis];
  const padding = pair(attributes.padding ?? both((axis) => Math.max(0, Math.ceil(surplus(axis) / 2))));
  const lacking = (axis: 0 | 1) =>
    Math.min(stride![axis] - 1, Math.max(0, 2 * padding[axis] - surplus(axis)));
  return { padding, outputPadding: both(lacking), ...attributes };
}

/** (size - 1) * stride - 2 padding + dilation * (kernel - 1) + 1 + output padding. */
const grow = (size: number, window: Deconvolution, axis: 0 | 1): number =>
  (size - 1) * window.stride[axis] -
  2 * window.padding[axis] +
  reach(window.kernel, window.dilation, axis) +
  window.outputPadding[axis];

/** Whether channels fit the groups and the window fits what lies behind the last row, or in words what does not. */
function misfit(input: FeatureShape, attributes: Attributes): string | undefined {
  const groups = attributes.groups as number;
  const uneven = [input.channels, attributes.channels as number].find((count) => count % groups !== 0);
  if (uneven !== undefined)
    return `${groups} groups do not divide ${uneven} channels; the input is ${showShape(input)}`;
  const { outputPadding, stride } = deconvolutionOf(attributes);
  const isLess = ([0, 1] as const).every((axis) => outputPadding[axis] < stride[axis]);
  return isLess ? undefined : "its output padding is not smaller than its stride";
}

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const window = deconvolutionOf(attributes);
  const outOf = attributes.channels as number;
  if (input.kind === "vector")
    return { problem: `it slides over height and width, which ${showShape(input)} does not have` };
  const problem = misfit(input, attributes);
  if (problem) return { problem };
  if (input.kind === "region") {
    const height = grow(input.height, window, 0);
    const width = grow(input.width, window, 1);
    if (height < 1 || width < 1)
      return { problem: `its padding ${window.padding.join("x")} leaves nothing of ${showShape(input)}` };
    return { shape: { kind: "region", channels: outOf, height, width } };
  }
  const factor = window.stride[0];
  const exact = ([0, 1] as const).every((axis) => grow(1, window, axis) === window.stride[axis]);
  if (window.stride[1] !== factor || !exact) {
    return {
      problem: `kernel ${window.kernel.join("x")} with padding ${window.padding.join("x")} does not give ${showShape(input)} times its stride ${window.stride.join("x")}`,
    };
  }
  if (input.stride % factor !== 0)
    return { problem: `stride ${input.stride} of ${showShape(input)} cannot be divided by ${factor}` };
  return { shape: { kind: "image", channels: outOf, stride: input.stride / factor } };
}

export const deconv: Layer = {
  name: "deconv",
  role: "layer",
  summary:
    "Transposed convolution with a filter `[height, width, out / groups, in]`; enlarges by its stride.",
  source: "Zeiler et al. 2010; sizes and fans as torch.nn.ConvTranspose2d",
  arity: 1,
  parametric: true,
  parameters: {
    kernel,
    channels,
    stride,
    padding: {
      kind: padding,
      derived: "ceil((dilation * (kernel - 1) + 1 - stride) / 2) on each side",
      summary: "Rows and columns cut from each side of the output.",
    },
    outputPadding: {
      kind: padding,
      derived: "as many as make the output its input times stride",
      summary: "Rows and columns more at the bottom and to the right; fewer than the stride.",
    },
    dilation: { kind: size, default: [1, 1], summary: "Distance of neighbouring filter elements." },
    groups: {
      kind: positiveInteger,
      default: 1,
      summary:
        "Parts into which input and output channels are divided, each convolved by itself; as many as channels: each enlarged by itself.",
    },
    bias,
    initializer,
    biasInitializer,
  },
  settle,
  derive: ([input], attributes) => derive(input!, attributes),
  lower(b, { path, attributes, inputShapes, output }, [x], context) {
    const window = deconvolutionOf(attributes);
    const groups = attributes.groups as number;
    const [height, width] = window.kernel;
    const into = inputShapes[0]!.channels;
    const outOf = output.channels;
    const perGroup = outOf / groups;
    // torch counts the fans of a transposed convolution on its filter `[in, out / groups, height, width]`, hence crosswise.
    const fans = { in: height * width * perGroup, out: height * width * into, groups };
    const starts = attributes as unknown as Readonly<Record<"initializer" | "biasInitializer", Initializer>>;
    const filter = context.parameter(
      `${path}.filter`,
      "weight",
      [height, width, perGroup, into],
      starts.initializer,
      fans,
    );
    const [n, h, w] = x!.type.shape as readonly [number, number, number, number];
    const backwards = {
      inputShape: [n, grow(h, window, 0), grow(w, window, 1), outOf],
      strides: window.stride,
      padding: opPadding(window.padding),
      dilations: window.dilation,
    };
    const y =
      groups === 1
        ? b.conv2dInputGrad(x!, filter, backwards)
        : b.groupedConv2dInputGrad(x!, filter, { ...backwards, groups });
    if (!attributes.bias) return y;
    return b.add(y, context.parameter(`${path}.bias`, "weight", [outOf], starts.biasInitializer, fans));
  },
};

/** Transposed convolution: the gradient of a convolution in its input, used forwards. */
import { padding } from "../../check/kinds.ts";
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
}

const deconvolutionOf = (attributes: Attributes): Deconvolution => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  padding: pair(attributes.padding),
  outputPadding: pair(attributes.outputPadding),
});

const both = (of: (axis: 0 | 1) => number): Pair => [of(0), of(1)];

/** Padding, and rows behind the last, with which the output is `stride` times as large. */
function settle(attributes: Attributes): Attributes {
  const [kernel, stride] = [pair(attributes.kernel), pair(attributes.stride)];
  const surplus = (axis: 0 | 1) => kernel[axis] - stride[axis];
  const padding = pair(attributes.padding ?? both((axis) => Math.max(0, Math.ceil(surplus(axis) / 2))));
  const lacking = (axis: 0 | 1) => Math.min(stride[axis] - 1, Math.max(0, 2 * padding[axis] - surplus(axis)));
  return { padding, outputPadding: both(lacking), ...attributes };
}

/** (size - 1) * stride - 2 padding + kernel + output padding. */
const grow = (size: number, { kernel, stride, padding, outputPadding }: Deconvolution, axis: 0 | 1): number =>
  (size - 1) * stride[axis] - 2 * padding[axis] + kernel[axis] + outputPadding[axis];

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const window = deconvolutionOf(attributes);
  const outOf = attributes.channels as number;
  if (input.kind === "vector")
    return { problem: `it slides over height and width, which ${showShape(input)} does not have` };
  if (([0, 1] as const).some((axis) => window.outputPadding[axis] >= window.stride[axis]))
    return { problem: "its output padding is not smaller than its stride" };
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
  summary: "Transposed convolution with a filter `[height, width, out, in]`; enlarges by its stride.",
  source: "Zeiler et al. 2010; sizes and fans as torch.nn.ConvTranspose2d",
  arity: 1,
  parametric: true,
  parameters: {
    kernel,
    channels,
    stride,
    padding: {
      kind: padding,
      derived: "ceil((kernel - stride) / 2) on each side",
      summary: "Rows and columns cut from each side of the output.",
    },
    outputPadding: {
      kind: padding,
      derived: "as many as make the output its input times stride",
      summary: "Rows and columns more at the bottom and to the right; fewer than the stride.",
    },
    bias,
    initializer,
    biasInitializer,
  },
  settle,
  derive: ([input], attributes) => derive(input!, attributes),
  lower(b, use, [x], context) {
    const window = deconvolutionOf(use.attributes);
    const [height, width] = window.kernel;
    const into = use.inputShapes[0]!.channels;
    const outOf = use.output.channels;
    // torch counts the fans of a transposed convolution on its filter `[in, out, height, width]`, hence crosswise.
    const fans = { in: height * width * outOf, out: height * width * into };
    const filter = context.parameter(
      `${use.path}.filter`,
      "weight",
      [height, width, outOf, into],
      use.attributes.initializer as unknown as Initializer,
      fans,
    );
    const [n, h, w] = x!.type.shape as readonly [number, number, number, number];
    const y = b.conv2dInputGrad(x!, filter, {
      inputShape: [n, grow(h, window, 0), grow(w, window, 1), outOf],
      strides: window.stride,
      padding: opPadding(window.padding),
      dilations: [1, 1],
    });
    if (!use.attributes.bias) return y;
    return b.add(
      y,
      context.parameter(
        `${use.path}.bias`,
        "weight",
        [outOf],
        use.attributes.biasInitializer as unknown as Initializer,
        fans,
      ),
    );
  },
};

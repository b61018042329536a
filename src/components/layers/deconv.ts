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
}

const deconvolutionOf = (attributes: Attributes): Deconvolution => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  padding: pair(attributes.padding),
});

/** Padding with which the output is `stride` times as large. */
function growingPadding(kernel: Pair, stride: Pair): Pair {
  return [
    Math.max(0, Math.floor((kernel[0] - stride[0]) / 2)),
    Math.max(0, Math.floor((kernel[1] - stride[1]) / 2)),
  ];
}

/** (size - 1) * stride - 2 padding + kernel. */
const grow = (size: number, { kernel: k, stride: s, padding: p }: Deconvolution, axis: 0 | 1): number =>
  (size - 1) * s[axis] - 2 * p[axis] + k[axis];

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const window = deconvolutionOf(attributes);
  const outOf = attributes.channels as number;
  if (input.kind === "vector")
    return { problem: `it slides over height and width, which ${showShape(input)} does not have` };
  if (input.kind === "region") {
    const height = grow(input.height, window, 0);
    const width = grow(input.width, window, 1);
    if (height < 1 || width < 1)
      return { problem: `its padding ${window.padding.join("x")} leaves nothing of ${showShape(input)}` };
    return { shape: { kind: "region", channels: outOf, height, width } };
  }
  const factor = window.stride[0];
  const exact = window.kernel.every(
    (k, axis) => k - window.stride[axis as 0 | 1] === 2 * window.padding[axis as 0 | 1],
  );
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
      derived: "floor((kernel - stride) / 2) on each side",
      summary: "Rows and columns cut from each side of the output.",
    },
    bias,
    initializer,
    biasInitializer,
  },
  settle: (attributes) => ({
    padding: growingPadding(pair(attributes.kernel), pair(attributes.stride)),
    ...attributes,
  }),
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

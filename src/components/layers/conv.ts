/** Convolution over height and width. */
import { padding, size } from "../../check/kinds.ts";
import type { Attributes } from "../../model/layer.ts";
import type { Initializer } from "../../model/model.ts";
import type { Layer } from "../layer.ts";
import { bias, biasInitializer, channels, initializer, kernel, stride } from "./parameters.ts";
import { opPadding, pair, samePadding, slideOver, type Window } from "./windows.ts";

const windowOf = (attributes: Attributes): Window => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  dilation: pair(attributes.dilation),
  padding: pair(attributes.padding),
});

export const conv: Layer = {
  name: "conv",
  role: "layer",
  summary: "Two-dimensional convolution (cross-correlation) with a filter `[height, width, in, out]`.",
  source: "LeCun et al. 1998; sizes and padding as torch.nn.Conv2d",
  arity: 1,
  parametric: true,
  parameters: {
    kernel,
    channels,
    stride,
    padding: {
      kind: padding,
      derived: "floor(dilation * (kernel - 1) / 2) on each side",
      summary: "Zeros on each side of height and width.",
    },
    dilation: { kind: size, default: [1, 1], summary: "Distance of neighbouring filter elements." },
    bias,
    initializer,
    biasInitializer,
  },
  settle: (attributes) => ({
    padding: samePadding(pair(attributes.kernel), pair(attributes.dilation)),
    ...attributes,
  }),
  derive: ([input], attributes) => slideOver(input!, windowOf(attributes), attributes.channels as number),
  lower(b, use, [x], context) {
    const {
      kernel: [height, width],
      stride: strides,
      dilation,
      padding: pad,
    } = windowOf(use.attributes);
    const into = use.inputShapes[0]!.channels;
    const outOf = use.output.channels;
    const fans = { in: height * width * into, out: height * width * outOf };
    const filter = context.parameter(
      `${use.path}.filter`,
      "weight",
      [height, width, into, outOf],
      use.attributes.initializer as unknown as Initializer,
      fans,
    );
    const y = b.conv2d(x!, filter, { strides, padding: opPadding(pad), dilations: dilation });
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

/** Maximum over sliding windows. */
import { padding, size } from "../../check/kinds.ts";
import type { Attributes } from "../../model/layer.ts";
import type { Layer } from "../layer.ts";
import { kernel } from "./parameters.ts";
import { opPadding, pair, samePadding, slideOver, type Window } from "./windows.ts";

const windowOf = (attributes: Attributes): Window => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  dilation: [1, 1],
  padding: pair(attributes.padding),
});

export const maxPool: Layer = {
  name: "maxPool",
  role: "layer",
  summary: "Maximum of each window; padding never wins.",
  source: "torch.nn.MaxPool2d",
  arity: 1,
  parametric: false,
  parameters: {
    kernel,
    stride: { kind: size, summary: "Step of the window." },
    padding: {
      kind: padding,
      derived: "floor((kernel - 1) / 2) on each side",
      summary: "Rows and columns beyond each side.",
    },
  },
  settle: (attributes) => ({ padding: samePadding(pair(attributes.kernel), [1, 1]), ...attributes }),
  derive: ([input], attributes) => slideOver(input!, windowOf(attributes), input!.channels),
  lower(b, use, [x]) {
    const window = windowOf(use.attributes);
    return b.maxPool(x!, {
      window: window.kernel,
      strides: window.stride,
      padding: opPadding(window.padding),
    });
  },
};

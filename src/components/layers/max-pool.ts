/** Maximum over sliding windows. */
import { size } from "../../check/kinds.ts";
import type { Layer } from "../layer.ts";
import { kernel } from "./parameters.ts";
import { bordersOf, pair, poolOver, poolPadding, poolWindow, samePadding } from "./windows.ts";

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
    padding: poolPadding,
  },
  settle: (attributes) => ({ padding: samePadding(pair(attributes.kernel), [1, 1]), ...attributes }),
  derive: ([input], attributes) => poolOver(input!, poolWindow(attributes)),
  lower(b, use, [x]) {
    const window = poolWindow(use.attributes);
    return b.maxPool(x!, {
      window: window.kernel,
      strides: window.stride,
      padding: bordersOf(window, use.inputShapes[0]!),
    });
  },
};

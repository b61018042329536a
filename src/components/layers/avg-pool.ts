/** Mean over sliding windows. */
import { boolean, size } from "../../check/kinds.ts";
import type { Layer } from "../layer.ts";
import { kernel } from "./parameters.ts";
import { bordersOf, pair, poolOver, poolPadding, poolWindow, samePadding } from "./windows.ts";

export const avgPool: Layer = {
  name: "avgPool",
  role: "layer",
  summary: "Mean of each window.",
  source: "torch.nn.AvgPool2d",
  arity: 1,
  parametric: false,
  parameters: {
    kernel,
    stride: { kind: size, summary: "Step of the window." },
    padding: poolPadding,
    countBorder: {
      kind: boolean,
      default: true,
      summary: "Whether the zeros beyond the sides count in the divisor, as they do in torch.",
    },
  },
  settle: (attributes) => ({ padding: samePadding(pair(attributes.kernel), [1, 1]), ...attributes }),
  derive: ([input], attributes) => poolOver(input!, poolWindow(attributes)),
  lower(b, use, [x]) {
    const window = poolWindow(use.attributes);
    return b.avgPool(x!, {
      window: window.kernel,
      strides: window.stride,
      padding: bordersOf(window, use.inputShapes[0]!),
      countBorder: use.attributes.countBorder as boolean,
    });
  },
};

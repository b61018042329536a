/** One number a channel of each region. */
import { word } from "../../check/kinds.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

export const globalPool: Layer = {
  name: "globalPool",
  role: "layer",
  summary: "Mean or maximum of each channel over a whole region, which becomes a vector.",
  source: "Lin et al. 2014; torch.nn.AdaptiveAvgPool2d(1)",
  arity: 1,
  parametric: false,
  parameters: {
    by: { kind: word("mean", "maximum"), default: "mean", summary: "What is taken of each channel." },
  },
  derive([input]) {
    if (input!.kind !== "region")
      return { problem: `it takes regions of a fixed size, but gets ${showShape(input!)}` };
    return { shape: { kind: "vector", channels: input!.channels } };
  },
  lower(b, use, [x]) {
    if (use.attributes.by === "mean") return b.mean(x!, { axes: [1, 2], keepDims: false });
    const [count, height, width, channels] = x!.type.shape as [number, number, number, number];
    const none = [
      [0, 0],
      [0, 0],
    ];
    // As a window, since its gradient is defined where a maximum occurs several times: it goes to the first.
    const one = b.maxPool(x!, { window: [height, width], strides: [height, width], padding: none });
    return b.reshape(one, { shape: [count, channels] });
  },
};

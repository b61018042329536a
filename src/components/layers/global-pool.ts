/** One number a channel of each region, or of each image. */
import { boolean, word } from "../../check/kinds.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

export const globalPool: Layer = {
  name: "globalPool",
  role: "layer",
  summary:
    "Mean or maximum of each channel over a whole region, which becomes a vector, or over a whole map of the image, its padding included.",
  source: "Lin et al. 2014; torch.nn.AdaptiveAvgPool2d(1)",
  arity: 1,
  parametric: false,
  parameters: {
    by: { kind: word("mean", "maximum"), default: "mean", summary: "What is taken of each channel." },
    keepSides: {
      kind: boolean,
      default: false,
      summary: "Whether height and width stay, as 1 by 1, so that convolutions may follow.",
    },
  },
  derive([input], { keepSides }) {
    if (input!.kind === "vector")
      return { problem: `it takes feature maps with a height and a width, but gets ${showShape(input!)}` };
    const { channels } = input!;
    return keepSides
      ? { shape: { kind: "region", channels, height: 1, width: 1 } }
      : { shape: { kind: "vector", channels } };
  },
  lower(b, use, [x]) {
    const keepDims = use.attributes.keepSides as boolean;
    if (use.attributes.by === "mean") return b.mean(x!, { axes: [1, 2], keepDims });
    const [count, height, width, channels] = x!.type.shape as [number, number, number, number];
    const none = [
      [0, 0],
      [0, 0],
    ];
    // As a window, since its gradient is defined where a maximum occurs several times: it goes to the first.
    const one = b.maxPool(x!, { window: [height, width], strides: [height, width], padding: none });
    return keepDims ? one : b.reshape(one, { shape: [count, channels] });
  },
};

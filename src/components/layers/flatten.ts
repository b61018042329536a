/** Regions to vectors. */
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

export const flatten: Layer = {
  name: "flatten",
  role: "layer",
  summary: "Lays height, width and channels of a region out as one vector, channels fastest.",
  source: "torch.nn.Flatten, there with channels slowest",
  arity: 1,
  parametric: false,
  parameters: {},
  derive([input]) {
    if (input!.kind === "image")
      return { problem: `it takes regions of a fixed size, but gets ${showShape(input!)}` };
    if (input!.kind === "vector") return { shape: input! };
    return { shape: { kind: "vector", channels: input!.height * input!.width * input!.channels } };
  },
  lower(b, use, [x]) {
    return b.reshape(x!, { shape: [x!.type.shape[0]!, use.output.channels] });
  },
};

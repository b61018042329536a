/** The logistic function as a layer. */
import type { Layer } from "../layer.ts";

export const sigmoid: Layer = {
  name: "sigmoid",
  role: "layer",
  summary: "1 / (1 + e^-x).",
  source: "torch.nn.Sigmoid",
  arity: 1,
  parametric: false,
  parameters: {},
  derive: ([input]) => ({ shape: input! }),
  lower: (b, _use, [x]) => b.sigmoid(x!),
};

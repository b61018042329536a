/** Rectified linear unit. */
import type { Layer } from "../layer.ts";

export const relu: Layer = {
  name: "relu",
  role: "layer",
  summary: "max(x, 0).",
  source: "Nair and Hinton 2010",
  arity: 1,
  parametric: false,
  parameters: {},
  derive: ([input]) => ({ shape: input! }),
  lower: (b, _use, [x]) => b.relu(x!),
};

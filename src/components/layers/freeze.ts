/** A border of training: what lies before it keeps its weights. */
import type { Layer } from "../layer.ts";

export const freeze: Layer = {
  name: "freeze",
  role: "layer",
  summary: "Gives its input; the layers that it comes from are not trained, and no gradient reaches them.",
  source: "Girshick 2015, section 4.5: which layers to fine-tune",
  arity: 1,
  parametric: false,
  freezes: true,
  parameters: {},
  derive: ([input]) => ({ shape: input! }),
  lower: (b, _use, [x]) => b.stopGradient(x!),
};

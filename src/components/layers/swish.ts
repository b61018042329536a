/** Swish, the sigmoid-weighted linear unit. */
import type { Layer } from "../layer.ts";

export const swish: Layer = {
  name: "swish",
  role: "layer",
  summary: "x / (1 + e^-x), also called SiLU.",
  source: "Ramachandran et al. 2017; torch.nn.SiLU",
  arity: 1,
  parametric: false,
  parameters: {},
  derive: ([input]) => ({ shape: input! }),
  lower: (b, _use, [x]) => b.mul(x!, b.sigmoid(x!)),
};

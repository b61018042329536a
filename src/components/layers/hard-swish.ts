/** Swish with the logistic function in three straight pieces. */
import type { Layer } from "../layer.ts";

export const hardSwish: Layer = {
  name: "hardSwish",
  role: "layer",
  summary: "x * min(max(x + 3, 0), 6) / 6.",
  source: "Howard et al. 2019, section 5.2; torch.nn.Hardswish",
  arity: 1,
  parametric: false,
  parameters: {},
  derive: ([input]) => ({ shape: input! }),
  lower: (b, _use, [x]) => b.mul(x!, b.mul(b.relu6(b.add(x!, 3)), 1 / 6)),
};

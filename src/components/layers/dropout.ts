/** Dropout: elements are zeroed at random in training. */
import type { Layer } from "../layer.ts";

export const dropout: Layer = {
  name: "dropout",
  role: "layer",
  summary:
    "In training each element is zeroed with probability `rate` and the others are divided by `1 - rate`; afterwards nothing is changed.",
  source: "Srivastava et al. 2014; torch.nn.Dropout",
  arity: 1,
  parametric: false,
  parameters: {
    rate: {
      kind: { kind: "number", minimum: 0, maximum: 0.99 },
      default: 0.5,
      summary: "Probability that an element is zeroed.",
    },
  },
  derive: ([input]) => ({ shape: input! }),
  lower(b, use, [x], context) {
    const rate = use.attributes.rate as number;
    if (!context.training || rate === 0) return x!;
    const kept = b.greaterEqual(context.noise(use.path, x!.type.shape), rate);
    return b.select(kept, b.mul(x!, 1 / (1 - rate)), 0);
  },
};

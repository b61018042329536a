/** Leaky rectified linear unit. */
import { nonNegative } from "../../check/kinds.ts";
import type { Layer } from "../layer.ts";

export const leakyRelu: Layer = {
  name: "leakyRelu",
  role: "layer",
  summary: "x above 0, slope * x below.",
  source: "Maas et al. 2013; torch.nn.LeakyReLU",
  arity: 1,
  parametric: false,
  parameters: { slope: { kind: nonNegative, default: 0.01, summary: "Slope below zero." } },
  derive: ([input]) => ({ shape: input! }),
  lower(b, use, [x]) {
    const slope = use.attributes.slope as number;
    // Two products and a sum, for a choice costs several times as much on wasm.
    return b.add(b.mul(x!, slope), b.mul(b.relu(x!), 1 - slope));
  },
};

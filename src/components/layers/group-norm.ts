/** Group normalization. */
import { positiveInteger, positiveNumber } from "../../check/kinds.ts";
import type { Initializer } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

const constant = (value: number): Initializer => ({ kind: "constant", value });

export const groupNorm: Layer = {
  name: "groupNorm",
  role: "layer",
  summary:
    "Normalization by mean and variance of each image's channels, group by group; independent of the batch.",
  source: "Wu and He 2018; torch.nn.GroupNorm",
  arity: 1,
  parametric: true,
  normalizes: true,
  parameters: {
    groups: {
      kind: positiveInteger,
      default: 32,
      summary: "Groups of neighbouring channels; they divide the channels.",
    },
    epsilon: { kind: positiveNumber, default: 1e-5, summary: "Added to the variance before the root." },
  },
  derive([input], attributes) {
    const groups = attributes.groups as number;
    return input!.channels % groups === 0
      ? { shape: input! }
      : { problem: `${groups} groups do not divide the ${input!.channels} channels of ${showShape(input!)}` };
  },
  lower(b, use, [x], context) {
    const { channels } = use.output;
    const groups = use.attributes.groups as number;
    const fans = { in: channels, out: channels };
    const scale = context.parameter(`${use.path}.scale`, "weight", [channels], constant(1), fans);
    const offset = context.parameter(`${use.path}.offset`, "weight", [channels], constant(0), fans);
    const { shape } = x!.type;
    const pixels = shape.slice(1, -1).reduce((product, side) => product * side, 1);
    const apart = b.reshape(x!, { shape: [shape[0]!, pixels, groups, channels / groups] });
    const over = { axes: [1, 3], keepDims: true };
    const centred = b.sub(apart, b.mean(apart, over));
    const variance = b.mean(b.square(centred), over);
    const normal = b.mul(centred, b.rsqrt(b.add(variance, use.attributes.epsilon as number)));
    return b.add(b.mul(b.reshape(normal, { shape }), scale), offset);
  },
};

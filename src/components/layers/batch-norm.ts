/** Batch normalization, trained and frozen. */
import type { ParameterDef } from "../../check/catalog.ts";
import { fraction, positiveNumber } from "../../check/kinds.ts";
import type { GraphParameter } from "../../ir/types.ts";
import type { Initializer } from "../../model/model.ts";
import type { Layer, LayerContext } from "../layer.ts";

const epsilon: ParameterDef = {
  kind: positiveNumber,
  default: 1e-5,
  summary: "Added to the variance before the root.",
};

const constant = (value: number): Initializer => ({ kind: "constant", value });

/** Scale, offset, mean and variance, all `[channels]`. */
function state(
  path: string,
  channels: number,
  affine: GraphParameter["role"],
  statistic: GraphParameter["role"],
  context: LayerContext,
) {
  const fans = { in: channels, out: channels };
  return {
    scale: context.parameter(`${path}.scale`, affine, [channels], constant(1), fans),
    offset: context.parameter(`${path}.offset`, affine, [channels], constant(0), fans),
    mean: context.parameter(`${path}.mean`, statistic, [channels], constant(0), fans),
    variance: context.parameter(`${path}.variance`, statistic, [channels], constant(1), fans),
  };
}

export const batchNorm: Layer = {
  name: "batchNorm",
  role: "layer",
  summary:
    "Normalization by mean and variance of the batch in training and by their running values after it.",
  source: "Ioffe and Szegedy 2015; running variance unbiased as in torch.nn.BatchNorm2d",
  arity: 1,
  parametric: true,
  normalizes: true,
  parameters: {
    momentum: { kind: fraction, default: 0.1, summary: "Weight of the newest batch in the running values." },
    epsilon,
  },
  derive: ([input]) => ({ shape: input! }),
  lower(b, use, [x], context) {
    const { scale, offset, mean, variance } = state(
      use.path,
      use.output.channels,
      "weight",
      "statistic",
      context,
    );
    const attributes = { epsilon: use.attributes.epsilon as number };
    if (!context.training || context.hasFixedStatistics(use.path))
      return b.batchNormInference(x!, scale, offset, mean, variance, attributes);
    const [y, batchMean, batchVariance] = b.batchNorm(x!, scale, offset, attributes);
    const momentum = use.attributes.momentum as number;
    const count = x!.type.shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const unbiased = count / Math.max(1, count - 1);
    b.update(`${use.path}.mean`, b.add(b.mul(mean, 1 - momentum), b.mul(batchMean, momentum)));
    b.update(
      `${use.path}.variance`,
      b.add(b.mul(variance, 1 - momentum), b.mul(batchVariance, momentum * unbiased)),
    );
    return y;
  },
};

export const frozenBatchNorm: Layer = {
  name: "frozenBatchNorm",
  role: "layer",
  summary: "Normalization by fixed mean, variance, scale and offset; nothing in it is trained.",
  source: "torchvision.ops.FrozenBatchNorm2d",
  arity: 1,
  parametric: true,
  normalizes: true,
  parameters: { epsilon },
  derive: ([input]) => ({ shape: input! }),
  lower(b, use, [x], context) {
    const { scale, offset, mean, variance } = state(
      use.path,
      use.output.channels,
      "frozen",
      "frozen",
      context,
    );
    return b.batchNormInference(x!, scale, offset, mean, variance, {
      epsilon: use.attributes.epsilon as number,
    });
  },
};

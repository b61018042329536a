/** Batch normalization, trained and frozen. */
import type { ParameterDef } from "../../check/catalog.ts";
import { boolean, fraction, nonNegative, positiveNumber } from "../../check/kinds.ts";
import type { GraphParameter, Value } from "../../ir/types.ts";
import type { Initializer } from "../../model/model.ts";
import type { Builder } from "../../ops/builder.ts";
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

/** What normalization makes of a batch. */
interface Batch {
  readonly y: Value;
  readonly mean: Value;
  /** Of which the running variance is made. */
  readonly variance: Value;
  /** bool: whether there is a row at all; running values stay where there is none. */
  readonly exists?: Value;
}

type Operands = readonly [x: Value, scale: Value, offset: Value];

interface Options {
  readonly epsilon: number;
  /** Whether the running variance is over one less than the pixels. */
  readonly corrected: boolean;
}

function normalizeAll(b: Builder, [x, scale, offset]: Operands, { epsilon, corrected }: Options): Batch {
  const [y, mean, variance] = b.batchNorm(x, scale, offset, { epsilon });
  if (!corrected) return { y, mean, variance };
  const count = x.type.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return { y, mean, variance: b.mul(variance, count / Math.max(1, count - 1)) };
}

/** By the moments of the rows that are `real`, bool `[R]`; torch never sees the others. */
function normalizeRealRows(
  b: Builder,
  [x, scale, offset]: Operands,
  real: Value,
  { epsilon, corrected }: Options,
): Batch {
  const { shape } = x.type;
  const [rows, ...rest] = shape as [number, ...number[]];
  const weights = b.reshape(b.cast(real, { dtype: "f32" }), { shape: [rows, ...rest.map(() => 1)] });
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  const pixels = rest.slice(0, -1).reduce((product, size) => product * size, 1);
  const count = b.mul(b.sum(weights, { axes: shape.map((_, axis) => axis), keepDims: false }), pixels);
  const total = (each: Value) => b.sum(b.mul(each, weights), { axes, keepDims: false });
  const mean = b.div(total(x), b.maximum(count, 1));
  const centred = b.sub(x, mean);
  const squares = total(b.square(centred));
  const factor = b.mul(scale, b.rsqrt(b.add(b.div(squares, b.maximum(count, 1)), epsilon)));
  const y = b.add(b.mul(centred, factor), offset);
  const variance = b.div(squares, b.maximum(corrected ? b.sub(count, 1) : count, 1));
  return { y, mean, variance, exists: b.greater(count, 0) };
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
    corrected: {
      kind: boolean,
      default: true,
      summary:
        "Whether the running variance is over one less than the pixels (torch), or over all of them, as that of the batch is.",
    },
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
    const options = { ...attributes, corrected: use.attributes.corrected as boolean };
    if (!context.training || context.hasFixedStatistics(use.path))
      return b.batchNormInference(x!, scale, offset, mean, variance, attributes);
    const batch = context.realRows
      ? normalizeRealRows(b, [x!, scale, offset], context.realRows, options)
      : normalizeAll(b, [x!, scale, offset], options);
    const momentum = use.attributes.momentum as number;
    // A layer on several levels goes from one to the next, as torch's does.
    const renew = (name: string, newest: Value): void =>
      b.renew(`${use.path}.${name}`, (old) =>
        b.add(
          b.mul(old, 1 - momentum),
          b.mul(batch.exists ? b.select(batch.exists, newest, old) : newest, momentum),
        ),
      );
    renew("mean", batch.mean);
    renew("variance", batch.variance);
    return batch.y;
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
  // torchvision's weights of COCO, version 1, were trained with none.
  parameters: { epsilon: { ...epsilon, kind: nonNegative } },
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

/** Local response normalization. */
import { nonNegative, positiveNumber, word } from "../../check/kinds.ts";
import type { Value } from "../../ir/types.ts";
import { showShape } from "../../model/shapes.ts";
import type { Builder } from "../../ops/builder.ts";
import type { Layer } from "../layer.ts";
import type { Pair } from "./windows.ts";

/** Of an even window one neighbour more lies before, as in torch. */
const around = (size: number): Pair => [Math.floor(size / 2), Math.floor((size - 1) / 2)];

/** Mean over `size` by `size` cells of `x [N, H, W, C]`; zeros beyond the sides count. */
function meanOfCells(b: Builder, x: Value, size: number): Value {
  const padding = [around(size), around(size)];
  return b.avgPool(x, { window: [size, size], strides: [1, 1], padding, countBorder: true });
}

/** Mean over `size` neighbours on the last axis; zeros beyond its ends count. */
function meanOfChannels(b: Builder, x: Value, size: number): Value {
  const { shape } = x.type;
  const others = shape.slice(0, -1);
  const padded = b.pad(x, { paddings: [...others.map(() => [0, 0]), around(size)], value: 0 });
  // A sum of shifted copies: a window over channels would be one over images of a single channel, which is slow.
  const shifted = Array.from({ length: size }, (_, by) =>
    b.slice(padded, { begin: [...others.map(() => 0), by], size: shape }),
  );
  return b.mul(
    shifted.reduce((sum, each) => b.add(sum, each)),
    1 / size,
  );
}

export const localResponseNorm: Layer = {
  name: "localResponseNorm",
  role: "layer",
  summary:
    "x / (k + alpha * m)^beta, m the mean of the squares around: of `size` neighbouring channels, or of `size` by `size` cells of the same channel; zeros lie beyond the ends. Krizhevsky et al. take the sum: their alpha times `size`, and k = 2.",
  source: "Krizhevsky et al. 2012, section 3.3; torch.nn.LocalResponseNorm; Caffe's LRN",
  arity: 1,
  parametric: false,
  parameters: {
    size: {
      kind: { kind: "integer", minimum: 1, maximum: 255 },
      default: 5,
      summary: "Channels, or cells a side, of the neighbourhood.",
    },
    alpha: { kind: nonNegative, default: 1e-4, summary: "Factor of the mean of the squares." },
    beta: { kind: nonNegative, default: 0.75, summary: "The exponent." },
    k: { kind: positiveNumber, default: 1, summary: "Added to the mean of the squares." },
    over: {
      kind: word("channels", "cells"),
      default: "channels",
      summary: "Where the neighbours are: Caffe's ACROSS_CHANNELS, or its WITHIN_CHANNEL.",
    },
  },
  derive: ([input], { over }) =>
    over === "cells" && input!.kind === "vector"
      ? { problem: `it takes neighbours in height and width, which ${showShape(input!)} does not have` }
      : { shape: input! },
  lower(b, { attributes }, [x]) {
    const { size, alpha, beta, k } = attributes as Readonly<Record<string, number>>;
    const meanAround = attributes.over === "cells" ? meanOfCells : meanOfChannels;
    const mean = meanAround(b, b.square(x!), size!);
    const scale = b.add(b.mul(mean, alpha!), k!);
    return b.mul(x!, b.exp(b.mul(b.log(scale), -beta!)));
  },
};

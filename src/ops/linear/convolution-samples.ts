/** Examples of convolutions, from which those of the convolution and of both its gradients are made. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import type { BrokenSample, Sample } from "../define.ts";
import { inferConvolution } from "./infer-convolution.ts";
import type { ConvolutionAttributes } from "./window.ts";

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });

export const ramp = (shape: readonly number[], step: number) => ({
  dtype: "f32" as const,
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => Math.round(200 * Math.sin(step * (i + 1))) / 100),
});

interface Case {
  readonly name: string;
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly attributes: ConvolutionAttributes;
}

const cases: readonly Case[] = [
  {
    name: "3x3, same size",
    x: [1, 4, 5, 2],
    filter: [3, 3, 2, 3],
    attributes: {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      dilations: [1, 1],
    },
  },
  {
    name: "stride 2, uneven padding, two images",
    x: [2, 5, 6, 1],
    filter: [3, 2, 1, 2],
    attributes: {
      strides: [2, 2],
      padding: [
        [1, 0],
        [0, 1],
      ],
      dilations: [1, 1],
    },
  },
  {
    name: "dilated",
    x: [1, 5, 5, 1],
    filter: [2, 3, 1, 1],
    attributes: {
      strides: [1, 1],
      padding: [
        [0, 0],
        [2, 2],
      ],
      dilations: [2, 2],
    },
  },
  {
    name: "1x1 with stride, columns left over",
    x: [1, 3, 4, 5],
    filter: [1, 1, 5, 2],
    attributes: {
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilations: [1, 1],
    },
  },
  {
    name: "dilated, with stride",
    x: [1, 7, 6, 2],
    filter: [2, 2, 2, 2],
    attributes: {
      strides: [2, 1],
      padding: [
        [1, 1],
        [0, 2],
      ],
      dilations: [2, 3],
    },
  },
  {
    name: "stride beyond the filter, border never reached",
    x: [1, 6, 7, 1],
    filter: [2, 1, 1, 1],
    attributes: {
      strides: [3, 4],
      padding: [
        [0, 2],
        [0, 1],
      ],
      dilations: [1, 1],
    },
  },
  {
    name: "1x1",
    x: [1, 2, 3, 4],
    filter: [1, 1, 4, 2],
    attributes: {
      strides: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilations: [1, 1],
    },
  },
];

const outputShape = ({ x, filter, attributes }: Case) =>
  inferConvolution(f32(x), f32(filter), attributes).shape;

export const convolutionSamples = <A>(
  make: (sample: Case, y: readonly number[]) => Omit<Sample<A>, "name">,
): Sample<A>[] => cases.map((sample) => ({ name: sample.name, ...make(sample, outputShape(sample)) }));

/** Attributes, image and filter of a 3x3 convolution that keeps the size. */
export const { attributes: same } = cases[0]!;
export const x344 = [1, 3, 4, 2];
export const filter332 = [3, 3, 2, 3];

/** Broken samples of the three ops, from the same images and filters. */
export function brokenConvolutions(
  inputs: (x: TensorType, filter: TensorType) => readonly TensorType[],
  extra: (x: readonly number[], filter: readonly number[]) => BrokenSample["attributes"],
): BrokenSample[] {
  const broken = (
    label: string,
    x: readonly number[],
    filter: readonly number[],
    attributes: ConvolutionAttributes,
  ) => ({
    label,
    inputs: inputs(f32(x), f32(filter)),
    attributes: { ...attributes, ...extra(x, filter) },
  });
  return [
    broken("C1", [3, 4, 2], filter332, same),
    broken("C2", x344, filter332, { ...same, strides: [0, 1] }),
    broken("C2", x344, filter332, { ...same, padding: [[1, 1]] }),
    broken("C3", [1, 3, 4, 1], filter332, same),
    broken("C4", [1, 1, 0, 2], [4, 3, 2, 3], same),
  ];
}

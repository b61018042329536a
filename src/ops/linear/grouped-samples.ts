/** Examples of grouped convolutions, from which those of the convolution and of both its gradients are made. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import type { BrokenSample, Sample } from "../define.ts";
import type { GroupedAttributes } from "./grouped-conv2d.ts";
import { slidSize } from "./window.ts";

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
  readonly attributes: GroupedAttributes;
}

const cases: readonly Case[] = [
  {
    name: "two groups, 3x3, same size",
    x: [1, 4, 5, 4],
    filter: [3, 3, 2, 6],
    attributes: {
      strides: [1, 1],
      padding: [
        [1, 1],
        [1, 1],
      ],
      dilations: [1, 1],
      groups: 2,
    },
  },
  {
    name: "depthwise, stride 2, uneven padding, two images",
    x: [2, 5, 6, 3],
    filter: [3, 3, 1, 3],
    attributes: {
      strides: [2, 2],
      padding: [
        [1, 1],
        [0, 1],
      ],
      dilations: [1, 1],
      groups: 3,
    },
  },
  {
    name: "depthwise, two outputs a channel, dilated",
    x: [1, 6, 5, 2],
    filter: [2, 3, 1, 4],
    attributes: {
      strides: [1, 1],
      padding: [
        [1, 0],
        [2, 2],
      ],
      dilations: [2, 2],
      groups: 2,
    },
  },
  {
    name: "depthwise, strides differ",
    x: [1, 5, 6, 2],
    filter: [2, 2, 1, 2],
    attributes: {
      strides: [1, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
      dilations: [1, 1],
      groups: 2,
    },
  },
  {
    name: "two groups, dilated, with stride",
    x: [1, 7, 6, 4],
    filter: [2, 2, 2, 2],
    attributes: {
      strides: [2, 2],
      padding: [
        [1, 1],
        [0, 2],
      ],
      dilations: [2, 3],
      groups: 2,
    },
  },
];

function outputShape({ x, filter, attributes }: Case): readonly number[] {
  const sides = slidSize(x.slice(1, 3), filter, attributes, attributes.dilations);
  return [x[0]!, ...sides, filter[3]!];
}

export const groupedSamples = <A>(
  make: (sample: Case, y: readonly number[]) => Omit<Sample<A>, "name">,
): Sample<A>[] => cases.map((sample) => ({ name: sample.name, ...make(sample, outputShape(sample)) }));

/** Broken samples of the three ops, from the same images and filters. */
export function brokenGroups(
  inputs: (x: TensorType, filter: TensorType) => readonly TensorType[],
  extra: (x: readonly number[], filter: readonly number[]) => BrokenSample["attributes"],
): BrokenSample[] {
  const { x: image, filter: taps, attributes: usual } = cases[0]!;
  const broken = (
    label: string,
    x: readonly number[],
    filter: readonly number[],
    attributes: GroupedAttributes,
  ): BrokenSample => ({
    label,
    inputs: inputs(f32(x), f32(filter)),
    attributes: { ...attributes, ...extra(x, filter) },
  });
  return [
    broken("C1", [3, 4, 2], taps, usual),
    broken("C2", image, taps, { ...usual, strides: [0, 1] }),
    broken("C3", image, taps, { ...usual, groups: 4 }),
    broken("C3", image, [3, 3, 2, 5], usual),
    broken("C4", [1, 1, 0, 4], [4, 3, 2, 6], usual),
  ];
}

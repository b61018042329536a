/** Arithmetic of sliding windows, shared by the layers that have one. */
import type { ParameterDef, PlainValue } from "../../check/catalog.ts";
import { either, padding, word } from "../../check/kinds.ts";
import type { Attributes, Derived } from "../../model/layer.ts";
import type { FeatureShape } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";

export type Pair = readonly [number, number];

/** Pixels on each side, or a rule: `same` gives ceil(size / stride) outputs, `valid` none beyond the image. */
export type Padding = Pair | "same" | "valid";

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** `[[top, bottom], [left, right]]`, as ops take it. */
export type Borders = readonly [Pair, Pair];

export const paddingKind = either(padding, word("same", "valid"));

export const poolPadding: ParameterDef = {
  kind: paddingKind,
  derived: "floor((kernel - 1) / 2) on each side",
  summary: "Rows and columns beyond each side; `same` as many as give size / stride, `valid` none.",
};

export const pair = (value: PlainValue | undefined): Pair => value as unknown as Pair;

export const paddingFrom = (value: PlainValue | undefined): Padding => value as unknown as Padding;

/** The window of a pooling layer. */
export const poolWindow = (attributes: Attributes): Window => ({
  kernel: pair(attributes.kernel),
  stride: pair(attributes.stride),
  dilation: [1, 1],
  padding: paddingFrom(attributes.padding),
});

/** Symmetric padding that keeps `H / stride`: floor(dilation * (kernel - 1) / 2), as torch code writes it. */
export const samePadding = (kernel: Pair, dilation: Pair): Pair => [
  Math.floor((dilation[0] * (kernel[0] - 1)) / 2),
  Math.floor((dilation[1] * (kernel[1] - 1)) / 2),
];

/** `[[top, bottom], [left, right]]` of symmetric padding. */
export const opPadding = ([height, width]: Pair): Borders => [
  [height, height],
  [width, width],
];

const extent = (window: Window, axis: 0 | 1): number => window.dilation[axis] * (window.kernel[axis] - 1) + 1;

/** TensorFlow's SAME: the odd pixel goes behind. Sides of the image are multiples of the stride. */
function sameBorder(window: Window, axis: 0 | 1, side: number | undefined): Pair {
  const stride = window.stride[axis];
  const reach = side === undefined ? 0 : (Math.ceil(side / stride) - 1) * stride - side;
  const total = Math.max(0, extent(window, axis) + (side === undefined ? -stride : reach));
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Pixels beyond each side of `input` that the window meets. */
export function bordersOf(window: Window, input: FeatureShape): Borders {
  if (window.padding === "valid") return opPadding([0, 0]);
  if (window.padding !== "same") return opPadding(window.padding);
  const sides = input.kind === "region" ? [input.height, input.width] : [];
  return [sameBorder(window, 0, sides[0]), sameBorder(window, 1, sides[1])];
}

const sum = ([before, after]: Pair): number => before + after;

/** Sizes that are multiples of the stride come out divided by it: p < extent <= p + stride, p the borders' sum. */
function keepsGrid(window: Window, borders: Borders, axis: 0 | 1): boolean {
  const uncovered = extent(window, axis) - sum(borders[axis]);
  return uncovered > 0 && uncovered <= window.stride[axis];
}

/** The shape after a window slid over `input`, with `channels` channels. */
export function slideOver(input: FeatureShape, window: Window, channels: number): Derived {
  if (input.kind === "vector")
    return { problem: `it slides over height and width, which ${showShape(input)} does not have` };
  const borders = bordersOf(window, input);
  if (input.kind === "region") {
    // floor((size + padding - extent) / stride) + 1.
    const slide = (size: number, axis: 0 | 1): number =>
      Math.floor((size + sum(borders[axis]) - extent(window, axis)) / window.stride[axis]) + 1;
    const [height, width] = [slide(input.height, 0), slide(input.width, 1)];
    if (height < 1 || width < 1)
      return { problem: `its window ${window.kernel.join("x")} does not fit into ${showShape(input)}` };
    return { shape: { kind: "region", channels, height, width } };
  }
  if (window.stride[0] !== window.stride[1]) {
    return {
      problem: `strides ${window.stride.join("x")} differ, but feature maps of the image have one stride`,
    };
  }
  if (!keepsGrid(window, borders, 0) || !keepsGrid(window, borders, 1)) {
    const { kernel, stride } = window;
    const shown = typeof window.padding === "string" ? window.padding : window.padding.join("x");
    return {
      problem: `kernel ${kernel.join("x")} with padding ${shown} does not give ${showShape(input)} divided by its stride ${stride[0]}`,
    };
  }
  return { shape: { kind: "image", channels, stride: input.stride * window.stride[0] } };
}

/** The shape after pooling; a window has more pixels than the border beside it, so that none is empty. */
export function poolOver(input: FeatureShape, window: Window): Derived {
  const borders = bordersOf(window, input);
  const empty = ([0, 1] as const).some((axis) => Math.max(...borders[axis]) >= window.kernel[axis]);
  return empty
    ? { problem: `its window ${window.kernel.join("x")} is not larger than its padding` }
    : slideOver(input, window, input.channels);
}

/** Arithmetic of sliding windows, shared by the layers that have one. */
import type { PlainValue } from "../../check/catalog.ts";
import type { Derived } from "../../model/layer.ts";
import type { FeatureShape } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";

export type Pair = readonly [number, number];

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
}

export const pair = (value: PlainValue | undefined): Pair => value as unknown as Pair;

/** Symmetric padding that keeps `H / stride`: floor(dilation * (kernel - 1) / 2), as torch code writes it. */
export const samePadding = (kernel: Pair, dilation: Pair): Pair => [
  Math.floor((dilation[0] * (kernel[0] - 1)) / 2),
  Math.floor((dilation[1] * (kernel[1] - 1)) / 2),
];

/** `[[top, bottom], [left, right]]`, as ops take it. */
export const opPadding = ([height, width]: Pair): readonly (readonly number[])[] => [
  [height, height],
  [width, width],
];

const extent = (window: Window, axis: 0 | 1): number => window.dilation[axis] * (window.kernel[axis] - 1) + 1;

/** floor((size + 2 padding - extent) / stride) + 1. */
const slide = (size: number, window: Window, axis: 0 | 1): number =>
  Math.floor((size + 2 * window.padding[axis] - extent(window, axis)) / window.stride[axis]) + 1;

/** Sizes that are multiples of the stride come out divided by it: 2p < extent <= 2p + stride. */
function keepsGrid(window: Window, axis: 0 | 1): boolean {
  const uncovered = extent(window, axis) - 2 * window.padding[axis];
  return uncovered > 0 && uncovered <= window.stride[axis];
}

/** The shape after a window slid over `input`, with `channels` channels. */
export function slideOver(input: FeatureShape, window: Window, channels: number): Derived {
  if (input.kind === "vector")
    return { problem: `it slides over height and width, which ${showShape(input)} does not have` };
  if (input.kind === "region") {
    const height = slide(input.height, window, 0);
    const width = slide(input.width, window, 1);
    if (height < 1 || width < 1)
      return { problem: `its window ${window.kernel.join("x")} does not fit into ${showShape(input)}` };
    return { shape: { kind: "region", channels, height, width } };
  }
  if (window.stride[0] !== window.stride[1]) {
    return {
      problem: `strides ${window.stride.join("x")} differ, but feature maps of the image have one stride`,
    };
  }
  if (!keepsGrid(window, 0) || !keepsGrid(window, 1)) {
    return {
      problem: `kernel ${window.kernel.join("x")} with padding ${window.padding.join("x")} does not give ${showShape(input)} divided by its stride ${window.stride[0]}`,
    };
  }
  return { shape: { kind: "image", channels, stride: input.stride * window.stride[0] } };
}

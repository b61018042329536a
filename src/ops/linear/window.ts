/** Windows that slide over an image: output sizes, TensorFlow's names for paddings, and which positions a tap reaches. */
import { constrain, type TensorflowAttribute } from "../define.ts";

/** All pairs are [height, width]; paddings [[top, bottom], [left, right]] in pixels. */
export type WindowAttributes = {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly number[])[];
};
export type ConvolutionAttributes = WindowAttributes & { readonly dilations: readonly number[] };

export const windowAttributeTexts = {
  strides: "[height, width]: pixels from one window to the next.",
  padding: "[[top, bottom], [left, right]]: pixels of border.",
};
export const dilationsText = "[height, width]: pixels from one tap of the filter to the next.";

const isPair = (pair: readonly number[] | undefined, least: number): boolean =>
  pair?.length === 2 && pair.every((value) => Number.isInteger(value) && value >= least);

export const windowConstraint =
  "Strides and dilations are pairs of whole numbers above 0, paddings two pairs of whole numbers, none below 0.";

export function constrainWindow(
  label: string,
  attributes: WindowAttributes & { readonly dilations?: readonly number[] },
): void {
  const { strides, padding, dilations = [1, 1] } = attributes;
  const well =
    isPair(strides, 1) &&
    isPair(dilations, 1) &&
    padding.length === 2 &&
    isPair(padding[0], 0) &&
    isPair(padding[1], 0);
  constrain(well, label, JSON.stringify({ strides, padding, dilations }));
}

/** [height, width] of the output; 0 or less where the window does not fit. */
export function slidSize(
  size: readonly number[],
  window: readonly number[],
  { strides, padding }: WindowAttributes,
  dilations: readonly number[] = [1, 1],
): [number, number] {
  const along = (axis: 0 | 1) => {
    const extent = size[axis]! + padding[axis]![0]! + padding[axis]![1]!;
    const reach = (window[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((extent - reach) / strides[axis]!) + 1;
  };
  return [along(0), along(1)];
}

/** First and one past the last output position at which a tap, `shift` pixels from the window's corner, is in the image. */
export function reachOf(
  shift: number,
  stride: number,
  extent: number,
  positions: number,
): readonly [number, number] {
  const first = Math.max(0, Math.ceil(-shift / stride));
  const end = Math.min(positions, Math.floor((extent - 1 - shift) / stride) + 1);
  return [first, Math.max(first, end)];
}

/** SAME and VALID where they say the same as the pairs: some of TensorFlow's fast paths want them by name. */
export function tensorflowPadding(
  size: readonly number[],
  window: readonly number[],
  attributes: WindowAttributes,
  dilations: readonly number[] = [1, 1],
): Record<string, TensorflowAttribute> {
  const { strides, padding } = attributes;
  if (padding.flat().every((pixels) => pixels === 0)) return { padding: { text: "VALID" } };
  const isSame = ([0, 1] as const).every((axis) => {
    const positions = Math.ceil(size[axis]! / strides[axis]!);
    const reach = (window[axis]! - 1) * dilations[axis]! + 1;
    const total = Math.max((positions - 1) * strides[axis]! + reach - size[axis]!, 0);
    const before = Math.floor(total / 2);
    return padding[axis]![0] === before && padding[axis]![1] === total - before;
  });
  if (isSame) return { padding: { text: "SAME" } };
  return { padding: { text: "EXPLICIT" }, explicit_paddings: { ints: [0, 0, ...padding.flat(), 0, 0] } };
}

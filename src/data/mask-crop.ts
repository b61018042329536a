/** Masks cut to the pixels around their ones, as they are packed for training. */
import { decodeRuns, type RunLengths, runsBox } from "../support/run-lengths.ts";
import { nearestSources, type Size } from "./resize.ts";

/** Part of a mask of a whole image that holds all its ones; `x, y` is its upper left pixel in the image. */
export interface MaskCrop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 0 or 1, rows first. */
  readonly data: Uint8Array;
}

export function cropMask(runs: RunLengths): MaskCrop {
  const [x, y, width, height] = runsBox(runs);
  const { data } = decodeRuns(runs, { left: x, top: y, right: x + width, bottom: y + height });
  return { x, y, width, height, data };
}

/** New pixels whose old pixel lies in the crop: their first index, and the old index in the crop of each. */
function resizedRange(start: number, length: number, oldSide: number, newSide: number, flip: boolean) {
  const inside: number[] = [];
  let first = 0;
  for (const [index, source] of nearestSources(oldSide, newSide).entries()) {
    const old = flip ? oldSide - 1 - source : source;
    if (old < start || old >= start + length) continue;
    if (inside.length === 0) first = index;
    inside.push(old - start);
  }
  return { first, inside };
}

/**
 * What is left of a crop after its image of size `from` is flipped, where `flip`, and then resized to `to`
 * (nearest, as torchvision resizes masks).
 */
export function resizeCrop(crop: MaskCrop, from: Size, to: Size, flip: boolean): MaskCrop {
  const columns = resizedRange(crop.x, crop.width, from.width, to.width, flip);
  const rows = resizedRange(crop.y, crop.height, from.height, to.height, false);
  const [width, height] = [columns.inside.length, rows.inside.length];
  const data = new Uint8Array(width * height);
  let out = 0;
  for (const row of rows.inside) {
    for (const column of columns.inside) data[out++] = crop.data[row * crop.width + column]!;
  }
  return { x: columns.first, y: rows.first, width, height, data };
}

/** Pixels of the crop that `resizeCrop` gives for the box `[x, y, width, height]` of a mask. */
export function resizedCropArea(
  [x, y, width, height]: readonly [number, number, number, number],
  from: Size,
  to: Size,
  flip: boolean,
): number {
  const columns = resizedRange(x, width, from.width, to.width, flip).inside.length;
  return columns * resizedRange(y, height, from.height, to.height, false).inside.length;
}

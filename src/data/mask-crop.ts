/** Masks cut to the pixels around their ones, as they are packed for training. */
import { decodeRuns, type RunLengths, runsBox } from "../support/run-lengths.ts";
import { nearestSources, type Size, type Window } from "./resize.ts";

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

/** What is left of a crop of the resized image in `window`, whose first column becomes column `offset`. */
export function windowedCrop(crop: MaskCrop, window: Window, offset: number): MaskCrop {
  const [left, top] = [Math.max(crop.x, window.left), Math.max(crop.y, window.top)];
  const width = Math.max(0, Math.min(crop.x + crop.width, window.left + window.width) - left);
  const height = Math.max(0, Math.min(crop.y + crop.height, window.top + window.height) - top);
  const place = { x: left - window.left + offset, y: top - window.top, width, height };
  if (width === crop.width && height === crop.height) return { ...place, data: crop.data };
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (top - crop.y + row) * crop.width + left - crop.x;
    data.set(crop.data.subarray(from, from + width), row * width);
  }
  return { ...place, data };
}

/** Most pixels that `length` of `oldSide` ones become where the side has `newSide` or fewer. */
export const mostResized = (length: number, oldSide: number, newSide: number): number =>
  // Sources are rounded in single precision, which may add a pixel at an end.
  newSide === oldSide ? length : Math.ceil((length * newSide) / oldSide) + 1;

/** Binary pictures as run lengths over columns: making, reading, measuring, joining and comparing them. */
import { invariant } from "./invariant.ts";

/** Lengths of alternating runs of 0 and 1, the first of 0, down the columns from left to right; they sum up to `height * width`. */
export interface RunLengths {
  readonly height: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** Pixels 0 or 1, rows first. */
export interface BinaryPicture {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** A part of a picture, in whole pixels; `right` and `bottom` are beyond it. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Takes `count` pixels of one value, further down the column. */
export type PutPixels = (value: 0 | 1, count: number) => void;

/**
 * Of a picture that is 0 outside `window`; `fill` puts all rows of the window, from the top, for one `x` after another.
 */
export function encodeColumns(
  { height, width }: Pick<BinaryPicture, "height" | "width">,
  { left, top, right, bottom }: Window,
  fill: (x: number, put: PutPixels) => void,
): RunLengths {
  const counts: number[] = [];
  let [value, since, at] = [0, 0, 0];
  const put: PutPixels = (to, count) => {
    if (to !== value && count > 0) {
      counts.push(at - since);
      value = to;
      since = at;
    }
    at += count;
  };
  put(0, Math.max(0, left) * height);
  for (let x = left; x < right; x++) {
    put(0, top);
    fill(x, put);
    put(0, height - bottom);
  }
  put(0, width * height - at);
  if (since < at || counts.length === 0) counts.push(at - since);
  return { height, width, counts };
}

/** The pixels in `window`, which every 1 lies in; of the whole picture unless given. */
export function decodeRuns({ height, width, counts }: RunLengths, window?: Window): BinaryPicture {
  const { left, top, right, bottom } = window ?? { left: 0, top: 0, right: width, bottom: height };
  const columns = right - left;
  const data = new Uint8Array(columns * (bottom - top));
  let start = 0;
  for (const [index, count] of counts.entries()) {
    if (index % 2 === 1) {
      for (let pixel = start; pixel < start + count; pixel++)
        data[((pixel % height) - top) * columns + Math.floor(pixel / height) - left] = 1;
    }
    start += count;
  }
  return { height: bottom - top, width: columns, data };
}

/** How many pixels are 1. */
export function runsArea({ counts }: RunLengths): number {
  let area = 0;
  for (let index = 1; index < counts.length; index += 2) area += counts[index]!;
  return area;
}

/** `[x, y, width, height]` of the smallest box that holds every 1; all 0 where there is none. */
export function runsBox({ height, counts }: RunLengths): readonly [number, number, number, number] {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, height, -1, -1];
  let start = 0;
  for (const [index, count] of counts.entries()) {
    if (index % 2 === 1 && count > 0) {
      const last = start + count - 1;
      const [firstColumn, lastColumn] = [Math.floor(start / height), Math.floor(last / height)];
      left = Math.min(left, firstColumn);
      right = Math.max(right, lastColumn);
      top = Math.min(top, firstColumn < lastColumn ? 0 : start % height);
      bottom = Math.max(bottom, firstColumn < lastColumn ? height - 1 : last % height);
    }
    start += count;
  }
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}

/** Calls `visit` for each stretch over which neither picture changes. */
function walkTogether(
  a: RunLengths,
  b: RunLengths,
  visit: (length: number, inA: boolean, inB: boolean) => void,
): void {
  let [indexA, indexB] = [0, 0];
  let [leftA, leftB] = [a.counts[0] ?? 0, b.counts[0] ?? 0];
  while (indexA < a.counts.length && indexB < b.counts.length) {
    const length = Math.min(leftA, leftB);
    if (length > 0) visit(length, indexA % 2 === 1, indexB % 2 === 1);
    leftA -= length;
    leftB -= length;
    if (leftA === 0) leftA = a.counts[++indexA] ?? 0;
    if (leftB === 0) leftB = b.counts[++indexB] ?? 0;
  }
}

function mergeTwo(a: RunLengths, b: RunLengths, join: "union" | "intersection"): RunLengths {
  const counts: number[] = [];
  let value = false;
  let run = 0;
  walkTogether(a, b, (length, inA, inB) => {
    const next = join === "union" ? inA || inB : inA && inB;
    if (next !== value) {
      counts.push(run);
      run = 0;
      value = next;
    }
    run += length;
  });
  counts.push(run);
  return { height: a.height, width: a.width, counts };
}

/** Union or intersection of one picture or more, all of one size. */
export function mergeRuns(pictures: readonly RunLengths[], join: "union" | "intersection"): RunLengths {
  const [first, ...rest] = pictures;
  invariant(first, "merging needs a picture");
  return rest.reduce((merged, picture) => mergeTwo(merged, picture, join), first);
}

/**
 * Intersection over union of two pictures of one size; where `crowd`, intersection over the area of `a`
 * (COCO: a detection inside a crowd region is right however large the crowd is).
 */
export function runsIou(a: RunLengths, b: RunLengths, crowd: boolean): number {
  let [intersection, union] = [0, 0];
  walkTogether(a, b, (length, inA, inB) => {
    if (inA || inB) union += length;
    if (inA && inB) intersection += length;
  });
  if (intersection === 0) return 0;
  return intersection / (crowd ? runsArea(a) : union);
}

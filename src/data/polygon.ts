/** Which pixels a polygon covers, to the bit as pycocotools has it (`rleFrPoly` of the COCO API). */
import type { RunLengths } from "../support/run-lengths.ts";

/** The outline is traced on a grid this many times finer than the pixels. */
const UPSAMPLING = 5;

interface Points {
  readonly x: number[];
  readonly y: number[];
}

/** Every grid point of the closed outline, edge by edge in its own direction, corners twice. */
function traceOutline(polygon: readonly number[]): Points {
  const corners: [number, number][] = [];
  for (let index = 0; index + 1 < polygon.length; index += 2) {
    const toGrid = (value: number) => Math.trunc(UPSAMPLING * value + 0.5);
    corners.push([toGrid(polygon[index]!), toGrid(polygon[index + 1]!)]);
  }
  const points: Points = { x: [], y: [] };
  for (const [index, from] of corners.entries())
    traceEdge(points, from, corners[(index + 1) % corners.length]!);
  return points;
}

/** Steps along the longer axis; the other coordinate is always reckoned from the lower end, so that an edge has the same points both ways. */
function traceEdge(points: Points, from: readonly [number, number], to: readonly [number, number]): void {
  const [spanX, spanY] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  const flat = spanX >= spanY;
  const [main, other] = flat ? [0, 1] : [1, 0];
  const length = Math.max(spanX, spanY);
  const backwards = from[main]! > to[main]!;
  const [low, high] = backwards ? [to, from] : [from, to];
  const slope = length === 0 ? 0 : (high[other]! - low[other]!) / length;
  for (let step = 0; step <= length; step++) {
    const along = backwards ? length - step : step;
    const across = Math.trunc(low[other]! + slope * along + 0.5);
    points.x.push(flat ? along + low[0] : across);
    points.y.push(flat ? across : along + low[1]);
  }
}

/** Positions, down the columns, at which the outline crosses the centre line of a column of pixels. */
function columnCrossings({ x, y }: Points, height: number, width: number): number[] {
  const crossings: number[] = [];
  for (let index = 1; index < x.length; index++) {
    const [now, before] = [x[index]!, x[index - 1]!];
    if (now === before) continue;
    const column = ((now < before ? now : now - 1) + 0.5) / UPSAMPLING - 0.5;
    if (!Number.isInteger(column) || column < 0 || column > width - 1) continue;
    const row = (Math.min(y[index]!, y[index - 1]!) + 0.5) / UPSAMPLING - 0.5;
    crossings.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
  }
  return crossings;
}

/** `polygon` is `x, y, x, y, ...` in pixels; parts outside the picture are cut off. Overlapping parts cancel out (even-odd). */
export function polygonToRuns(polygon: readonly number[], height: number, width: number): RunLengths {
  const ends = [...columnCrossings(traceOutline(polygon), height, width), height * width].sort(
    (a, b) => a - b,
  );
  const lengths = ends.map((end, index) => end - (ends[index - 1] ?? 0));
  const counts = [lengths[0]!];
  for (let index = 1; index < lengths.length; index++) {
    // A run of no length joins its neighbours.
    if (lengths[index]! > 0) counts.push(lengths[index]!);
    else if (++index < lengths.length) counts[counts.length - 1]! += lengths[index]!;
  }
  return { height, width, counts };
}

/** Maps and regions for the samples of the ops that sample regions. */
import type { Sample } from "../define.ts";

type Operand = Sample["inputs"][number];

const level0 = Array.from({ length: 2 * 4 * 5 * 2 }, (_, i) => Math.sin(i * 1.7) + i / 40);
const level1 = Array.from({ length: 2 * 2 * 3 * 2 }, (_, i) => Math.cos(i * 0.9) - i / 20);

/** Shapes of the two levels, strides 4 and 8. */
export const twoShapes = [
  [2, 4, 5, 2],
  [2, 2, 3, 2],
] as const;

export const twoLevels: readonly Operand[] = [
  { dtype: "f32", shape: twoShapes[0], data: level0 },
  { dtype: "f32", shape: twoShapes[1], data: level1 },
];

/** Four regions: one of either level, one beyond its map, one of none. */
export const regions: readonly Operand[] = [
  {
    dtype: "f32",
    shape: [4, 4],
    data: [3.1, 2.2, 14.7, 12.9, -2.3, -1.4, 7.7, 5.2, 6.3, 1.1, 9.2, 30.4, 1, 1, 2, 2],
  },
  { dtype: "i32", shape: [4], data: [0, 1, 1, 0] },
  { dtype: "i32", shape: [4], data: [0, 1, 0, -1] },
];

/** One region smaller than a cell of the map of stride 4. */
export const smallRegion: readonly Operand[] = [
  { dtype: "f32", shape: [1, 4], data: [5.3, 4.2, 6.1, 5.9] },
  { dtype: "i32", shape: [1], data: [1] },
  { dtype: "i32", shape: [1], data: [0] },
];

/** A gradient of four regions of two by two cells. */
export const gradient: Operand = { dtype: "f32", shape: [4, 2, 2, 2], data: level0.slice(0, 32) };

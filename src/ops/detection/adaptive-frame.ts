/** What the two ways of adaptive roiAlign in TensorFlow have in common. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";

export type Shape = readonly number[];

export interface AdaptiveFrame {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly aligned: boolean;
  readonly regions: number;
}

/** One level and the regions that belong to it. */
export interface LevelOfRegions {
  /** Boxes, images and levels of all R regions. */
  readonly regions: readonly TensorflowRef[];
  /** i32 `[r]`: which of them are of this level. */
  readonly rows: TensorflowRef;
  readonly index: number;
  readonly shape: Shape;
}

/** Of stacks of matrices. */
export const product = (
  writer: TensorflowWriter,
  x: TensorflowRef,
  y: TensorflowRef,
  transposed = false,
): TensorflowRef =>
  writer.node("BatchMatMulV2", [x, y], {
    T: { type: "f32" },
    adj_x: { bool: transposed },
    adj_y: { bool: false },
  })[0]!;

/** How roiAlign with an adaptive number of samples is said with stock TensorFlow ops. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { tensorflowMath } from "../tensorflow-math.ts";
import type { AdaptiveFrame, LevelOfRegions, Shape } from "./adaptive-frame.ts";
import { alignWhole, alignWholeBackward } from "./roi-align-whole-tensorflow.ts";
import { alignWindows, alignWindowsBackward } from "./roi-align-windows-tensorflow.ts";
import { emptyCells, listOfLevels, rowsOfLists, stitch } from "./sampled-regions-tensorflow.ts";

/*
 * RoIAlign is separable: the features of a region are `Wy F Wx^T`, Wy and Wx the averaged bilinear weights of rows and
 * columns, whatever the number of samples. On the coarsest level, where regions may be as large as the image, F is the
 * map, and one product serves all regions of an image; on finer ones it is the part that a region touches.
 */

/** Which rows belong to each level; the last list is of those that belong to none. */
const rowsOfLevels = (writer: TensorflowWriter, level: TensorflowRef, levels: number, regions: number) =>
  rowsOfLists(writer, listOfLevels(writer, level, levels), levels + 1, regions);

/** `inputs`: levels, boxes, image, level; `shapes` those of the levels. */
export function alignAdaptively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly Shape[],
  how: AdaptiveFrame,
): TensorflowRef {
  const regions = inputs.slice(-3);
  const rows = rowsOfLevels(writer, regions[2]!, shapes.length, how.regions);
  const channels = shapes[0]![3]!;
  const parts = shapes.map((shape, index) => {
    const level: LevelOfRegions = { regions, rows: rows[index]!, index, shape };
    const align = index === shapes.length - 1 ? alignWhole : alignWindows;
    return align(writer, inputs[index]!, level, how);
  });
  const all = [...parts, emptyCells(writer, rows.at(-1)!, how.size, channels)];
  return stitch(writer, rows, all, [how.regions, ...how.size, channels]);
}

/** `inputs`: gradient, boxes, image, level; gives the gradient of each level. */
export function alignAdaptivelyBackward(
  writer: TensorflowWriter,
  [gradient, ...regions]: readonly TensorflowRef[],
  shapes: readonly Shape[],
  how: AdaptiveFrame,
): TensorflowRef[] {
  const rows = rowsOfLevels(writer, regions[2]!, shapes.length, how.regions);
  return shapes.map((shape, index) => {
    const level: LevelOfRegions = { regions, rows: rows[index]!, index, shape };
    const own = tensorflowMath(writer, "f32").gather(gradient!, level.rows);
    const align = index === shapes.length - 1 ? alignWholeBackward : alignWindowsBackward;
    return align(writer, own, level, how);
  });
}

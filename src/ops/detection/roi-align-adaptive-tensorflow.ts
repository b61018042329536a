/** How roiAlign with an adaptive number of samples is said with stock TensorFlow ops. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { tensorflowMath } from "../tensorflow-math.ts";
import { weightsOf } from "./axis-weights-tensorflow.ts";
import { cornersOf, emptyCells, listOfLevels, rowsOfLists, stitch } from "./sampled-regions-tensorflow.ts";

/*
 * RoIAlign is separable: the features of a region are `Wy F Wx^T`, F the map and Wy, Wx the averaged bilinear weights
 * of rows and columns, whatever the number of samples. The regions of one image on one level share F, and so one product.
 */

type Shape = readonly number[];
interface Frame {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly aligned: boolean;
  readonly regions: number;
}

/** Weights of the map's rows f32[R, h, H] and columns f32[R, w, W], of every region as if it were of this level. */
function weightsOfLevel(
  writer: TensorflowWriter,
  boxes: TensorflowRef,
  shape: Shape,
  stride: number,
  { size, aligned, regions }: Frame,
): readonly [TensorflowRef, TensorflowRef] {
  const { sub, mul, maximum, slice } = tensorflowMath(writer, "f32");
  const { start, end } = cornersOf(writer, boxes);
  const weights = (axis: 0 | 1) => {
    const column = (x: TensorflowRef) => slice(x, [0, axis], [regions, 1]);
    const extent = mul(sub(column(end), column(start)), 1 / stride);
    const limit = shape[axis + 1]!;
    const samples = {
      start: sub(mul(column(start), 1 / stride), aligned ? 0.5 : 0),
      extent: aligned ? extent : maximum(extent, 1),
      begin: 0,
      count: limit,
      limit,
      padded: limit,
    };
    return weightsOf(writer, samples, { size: size[axis]!, regions });
  };
  return [weights(0), weights(1)];
}

const product = (writer: TensorflowWriter, x: TensorflowRef, y: TensorflowRef, transposed = false) =>
  writer.node("BatchMatMulV2", [x, y], {
    T: { type: "f32" },
    adj_x: { bool: transposed },
    adj_y: { bool: false },
  })[0]!;

/** Rows of each image on each level, level by level; the last list is of regions of no level. */
function rowsOfMaps(
  writer: TensorflowWriter,
  image: TensorflowRef,
  level: TensorflowRef,
  shapes: readonly Shape[],
  regions: number,
): TensorflowRef[] {
  const { add, mul, select, less } = tensorflowMath(writer, "i32");
  const images = shapes[0]![0]!;
  const known = listOfLevels(writer, level, shapes.length);
  const map = add(mul(known, images), select(less(known, shapes.length), image, 0));
  return rowsOfLists(writer, map, shapes.length * images + 1, regions);
}

/** One map's rows of the weights: `[r * h, H]` and `[r, 1, w, W]`. */
function weightsOfRows(
  writer: TensorflowWriter,
  [down, across]: readonly [TensorflowRef, TensorflowRef],
  rows: TensorflowRef,
  [, height, width]: Shape,
  [, cells]: Shape,
): readonly [TensorflowRef, TensorflowRef] {
  const { gather, reshape } = tensorflowMath(writer, "f32");
  return [reshape(gather(down, rows), [-1, height!]), reshape(gather(across, rows), [-1, 1, cells!, width!])];
}

/** `inputs`: levels, boxes, image, level; `shapes` those of the levels. */
export function alignAdaptively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly Shape[],
  how: Frame,
): TensorflowRef {
  const real = tensorflowMath(writer, "f32");
  const [boxes, image, level] = inputs.slice(-3) as [TensorflowRef, TensorflowRef, TensorflowRef];
  const rows = rowsOfMaps(writer, image, level, shapes, how.regions);
  const parts = shapes.flatMap((shape, index) => {
    const [images, height, width, channels] = shape as [number, number, number, number];
    const weights = weightsOfLevel(writer, boxes, shape, how.strides[index]!, how);
    return Array.from({ length: images }, (_, n) => {
      const [down, across] = weightsOfRows(writer, weights, rows[index * images + n]!, shape, how.size);
      const map = real.slice(inputs[index]!, [n, 0, 0, 0], [1, height, width, channels]);
      const lines = product(writer, down, real.reshape(map, [height, width * channels]));
      return product(writer, across, real.reshape(lines, [-1, how.size[0]!, width, channels]));
    });
  });
  const channels = shapes[0]![3]!;
  const all = [...parts, emptyCells(writer, rows.at(-1)!, how.size, channels)];
  return stitch(writer, rows, all, [how.regions, ...how.size, channels]);
}

/** `inputs`: gradient, boxes, image, level; gives the gradient of each level. */
export function alignAdaptivelyBackward(
  writer: TensorflowWriter,
  [gradient, boxes, image, level]: readonly TensorflowRef[],
  shapes: readonly Shape[],
  how: Frame,
): TensorflowRef[] {
  const real = tensorflowMath(writer, "f32");
  const rows = rowsOfMaps(writer, image!, level!, shapes, how.regions);
  return shapes.map((shape, index) => {
    const [images, , width, channels] = shape as [number, number, number, number];
    const weights = weightsOfLevel(writer, boxes!, shape, how.strides[index]!, how);
    const maps = Array.from({ length: images }, (_, n) => {
      const own = rows[index * images + n]!;
      const [down, across] = weightsOfRows(writer, weights, own, shape, how.size);
      const lines = product(writer, across, real.gather(gradient!, own), true);
      return product(writer, down, real.reshape(lines, [-1, width * channels]), true);
    });
    return real.reshape(real.concatRows(maps), shape);
  });
}

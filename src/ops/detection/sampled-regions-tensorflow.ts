/** How ops that sample regions on a regular grid are said with stock TensorFlow ops. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { type Operand, rangeOf, tensorflowMath, vector } from "../tensorflow-math.ts";
import type { Frame } from "./sample-grids.ts";

/*
 * CropAndResize samples the ends of a box: it is chosen so that the crop's grid falls on the sample points, and cells
 * are means over `sampling` squared points. Where a rule repeats the border for one cell and is zero from there on,
 * one mirrored cell and the extrapolation value 0 do the same.
 */

/** Of each region `[y, x]`, f32[R, 2]: the interval that the points divide, from 0 to 1 on the padded map. */
export interface Interval {
  readonly first: TensorflowRef;
  readonly width: TensorflowRef;
}

/** Of each region `[y, x]` in pixels of the image, f32[R, 2]. */
export interface Corners {
  readonly start: TensorflowRef;
  readonly end: TensorflowRef;
}

export interface NativeFrame extends Frame {
  readonly regions: number;
  readonly sampling: number;
  /** `inside`: points in the middles of equal parts, on a map with a mirrored border. `ends`: on the ends. */
  readonly points: "inside" | "ends";
  /** `spans`: centres of the padded map's first and last cells are so many cells apart. */
  readonly place: (
    writer: TensorflowWriter,
    corners: Corners,
    stride: number,
    spans: readonly number[],
  ) => Interval;
}

/** Cells before and behind each axis of a map, `[4, 2]`. A map of one cell needs a second, like it, to have two ends. */
const paddingsOf = ({ points }: NativeFrame, shape: readonly number[]): number[] => {
  const behind = (axis: number): number => (shape[axis] === 1 ? 1 : 0);
  return points === "inside" ? [0, 0, 1, 1, 1, 1, 0, 0] : [0, 0, 0, behind(1), 0, behind(2), 0, 0];
};

const paddedShape = (frame: NativeFrame, shape: readonly number[]): number[] => {
  const paddings = paddingsOf(frame, shape);
  return shape.map((size, axis) => size + paddings[2 * axis]! + paddings[2 * axis + 1]!);
};

const mirroring = { T: { type: "f32" }, Tpaddings: { type: "i32" }, mode: { text: "SYMMETRIC" } } as const;

/** `op` is MirrorPad or its gradient. */
function mirror(
  writer: TensorflowWriter,
  op: string,
  map: TensorflowRef,
  frame: NativeFrame,
  shape: readonly number[],
): TensorflowRef {
  const paddings = paddingsOf(frame, shape);
  if (paddings.every((cells) => cells === 0)) return map;
  return writer.node(op, [map, writer.constant("i32", [4, 2], paddings)], mirroring)[0]!;
}

export function cornersOf(writer: TensorflowWriter, boxes: TensorflowRef): Corners {
  const axis = writer.constant("i32", [], [1]);
  const columns = (indices: number[]) =>
    writer.node("GatherV2", [boxes, writer.constant("i32", [2], indices), axis], {
      Tparams: { type: "f32" },
      Tindices: { type: "i32" },
      Taxis: { type: "i32" },
      batch_dims: { int: 0 },
    })[0]!;
  return { start: columns([1, 0]), end: columns([3, 2]) };
}

/** Boxes for CropAndResize on the padded map of one level, f32[R, 4] as y1, x1, y2, x2 from 0 to 1. */
function cropBoxes(
  writer: TensorflowWriter,
  corners: Corners,
  frame: NativeFrame,
  index: number,
  shape: readonly number[],
): TensorflowRef {
  const { add, sub, mul } = tensorflowMath(writer, "f32");
  const padded = paddedShape(frame, shape);
  const spans = [padded[1]! - 1, padded[2]! - 1];
  const { first, width } = frame.place(writer, corners, frame.strides[index]!, spans);
  const parts = frame.size.map((size) => 0.5 / (size * frame.sampling));
  const inset = frame.points === "inside" ? mul(width, writer.constant("f32", [2], parts)) : undefined;
  const last = add(first, width);
  const ends = inset ? [add(first, inset), sub(last, inset)] : [first, last];
  const [crop] = writer.node("ConcatV2", [...ends, writer.constant("i32", [], [1])], {
    N: { int: 2 },
    T: { type: "f32" },
    Tidx: { type: "i32" },
  });
  return crop!;
}

/** Boxes of other levels' regions put outside the map, where their gradient is passed over. */
function onlyOf(
  writer: TensorflowWriter,
  index: number,
  level: TensorflowRef,
  boxes: TensorflowRef,
): TensorflowRef {
  const column = tensorflowMath(writer, "i32").reshape(level, [-1, 1]);
  const [ours] = writer.node("Equal", [column, writer.constant("i32", [], [index])], {
    T: { type: "i32" },
    incompatible_shape_error: { bool: true },
  });
  return tensorflowMath(writer, "f32").select(ours!, boxes, -1);
}

const pooling = ({ sampling }: NativeFrame) =>
  ({
    ksize: { ints: [1, sampling, sampling, 1] },
    strides: { ints: [1, sampling, sampling, 1] },
    padding: { text: "VALID" },
    data_format: { text: "NHWC" },
    T: { type: "f32" },
  }) as const;

const pointsOf = ({ size, sampling }: NativeFrame): number[] => size.map((cells) => cells * sampling);

/** Which rows belong to each list, i32[?] each: `list` i32[regions], its entries from 0 to `lists - 1`. */
export function rowsOfLists(
  writer: TensorflowWriter,
  list: TensorflowRef,
  lists: number,
  regions: Operand,
): TensorflowRef[] {
  return writer.node(
    "DynamicPartition",
    [rangeOf(writer, 0, regions), list],
    { num_partitions: { int: lists }, T: { type: "i32" } },
    lists,
  );
}

/** The level of each region; `levels` for those that belong to none. */
export function listOfLevels(writer: TensorflowWriter, level: TensorflowRef, levels: number): TensorflowRef {
  const { select, less, minimum } = tensorflowMath(writer, "i32");
  return select(less(level, 0), levels, minimum(level, levels));
}

/** Zeros for the rows that belong to no level. */
export function emptyCells(
  writer: TensorflowWriter,
  rows: TensorflowRef,
  size: readonly number[],
  channels: number,
): TensorflowRef {
  const whole = tensorflowMath(writer, "i32");
  const [count] = writer.node("Shape", [rows], { T: { type: "i32" }, out_type: { type: "i32" } });
  const shape = whole.concatRows([count!, vector(writer, [...size, channels])]);
  return writer.node("Fill", [shape, writer.constant("f32", [], [0])], {
    T: { type: "f32" },
    index_type: { type: "i32" },
  })[0]!;
}

/** The parts in the order of the regions: `rows[i]` says which rows `parts[i]` holds. */
export function stitch(
  writer: TensorflowWriter,
  rows: readonly TensorflowRef[],
  parts: readonly TensorflowRef[],
  shape: readonly number[],
): TensorflowRef {
  const types = { N: { int: rows.length }, T: { type: "f32" } } as const;
  const [stitched] = writer.node("DynamicStitch", [...rows, ...parts], types);
  return tensorflowMath(writer, "f32").reshape(stitched!, shape);
}

/** `inputs`: levels, boxes, image, level; `shapes` those of the levels. Each region is sampled in its own level only. */
export function sampleNatively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  frame: NativeFrame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const [boxes, image, level] = inputs.slice(-3) as [TensorflowRef, TensorflowRef, TensorflowRef];
  const corners = cornersOf(writer, boxes);
  const list = listOfLevels(writer, level, shapes.length);
  const rows = rowsOfLists(writer, list, shapes.length + 1, frame.regions);
  const channels = shapes[0]![3]!;
  const cells = shapes.map((shape, index) => {
    const padded = mirror(writer, "MirrorPad", inputs[index]!, frame, shape);
    const own = real.gather(cropBoxes(writer, corners, frame, index, shape), rows[index]!);
    const [points] = writer.node(
      "CropAndResize",
      [padded, own, whole.gather(image, rows[index]!), vector(writer, pointsOf(frame))],
      { T: { type: "f32" }, method: { text: "bilinear" }, extrapolation_value: { float: 0 } },
    );
    return frame.sampling === 1 ? points! : writer.node("AvgPool", [points!], pooling(frame))[0]!;
  });
  const parts = [...cells, emptyCells(writer, rows.at(-1)!, frame.size, channels)];
  return stitch(writer, rows, parts, [frame.regions, ...frame.size, channels]);
}

/** `inputs`: gradient, boxes, image, level; gives the gradient of each level. */
export function sampleNativelyBackward(
  writer: TensorflowWriter,
  [gradient, boxes, image, level]: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  frame: NativeFrame,
): TensorflowRef[] {
  const corners = cornersOf(writer, boxes!);
  const points = writer.constant("i32", [4], [frame.regions, ...pointsOf(frame), shapes[0]![3]!]);
  const spread =
    frame.sampling === 1 ? gradient! : writer.node("AvgPoolGrad", [points, gradient!], pooling(frame))[0]!;
  return shapes.map((shape, index) => {
    const own = onlyOf(writer, index, level!, cropBoxes(writer, corners, frame, index, shape));
    const [padded] = writer.node(
      "CropAndResizeGradImage",
      [spread, own, image!, writer.constant("i32", [4], paddedShape(frame, shape))],
      { T: { type: "f32" }, method: { text: "bilinear" } },
    );
    return mirror(writer, "MirrorPadGrad", padded!, frame, shape);
  });
}

/** How roiAlign is said with stock TensorFlow ops. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { rangeOf, tensorflowMath, vector } from "../tensorflow-math.ts";
import type { Sampling } from "./roi-align-taps.ts";

/*
 * CropAndResize samples the ends of a box, RoIAlign the inside: the box is chosen so that the crop's grid falls on
 * RoIAlign's sample points, and cells are means over `sampling` squared points. Outside the map RoIAlign repeats the
 * border for one cell and is zero from there on, which is what one mirrored cell and the extrapolation value 0 do.
 */

const paddings = [0, 0, 1, 1, 1, 1, 0, 0];

const padded = ([images, height, width, channels]: readonly number[]): number[] => [
  images!,
  height! + 2,
  width! + 2,
  channels!,
];

interface Grid {
  readonly writer: TensorflowWriter;
  /** Of each region: `[y1, x1]` and `[height, width]`, in pixels. */
  readonly start: TensorflowRef;
  readonly extent: TensorflowRef;
  readonly how: Sampling;
}

function gridOf(writer: TensorflowWriter, boxes: TensorflowRef, how: Sampling): Grid {
  const axis = writer.constant("i32", [], [1]);
  const columns = (indices: number[]) =>
    writer.node("GatherV2", [boxes, writer.constant("i32", [2], indices), axis], {
      Tparams: { type: "f32" },
      Tindices: { type: "i32" },
      Taxis: { type: "i32" },
      batch_dims: { int: 0 },
    })[0]!;
  const start = columns([1, 0]);
  const extent = tensorflowMath(writer, "f32").sub(columns([3, 2]), start);
  return { writer, start, extent, how };
}

/** Boxes for CropAndResize on the mirrored map of one level, f32[R, 4] as y1, x1, y2, x2 from 0 to 1. */
function cropBoxes(
  { writer, start, extent, how }: Grid,
  index: number,
  shape: readonly number[],
): TensorflowRef {
  const { add, sub, mul, maximum } = tensorflowMath(writer, "f32");
  const pair = (values: readonly number[]) => writer.constant("f32", [2], values);
  const spans = [shape[1]! + 1, shape[2]! + 1];
  const scale = 1 / how.strides[index]!;
  // One mirrored cell moves the origin by 1.
  const shift = how.aligned ? 0.5 : 1;
  const normalised = pair(spans.map((span) => scale / span));
  const first = add(mul(start, normalised), pair(spans.map((span) => shift / span)));
  const cells = mul(extent, normalised);
  const width = how.aligned ? cells : maximum(cells, pair(spans.map((span) => 1 / span)));
  const inset = mul(width, pair(how.size.map((size) => 0.5 / (size * how.sampling))));
  const low = add(first, inset);
  const high = sub(add(first, width), inset);
  const [crop] = writer.node("ConcatV2", [low, high, writer.constant("i32", [], [1])], {
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

const pooling = ({ sampling }: Sampling) =>
  ({
    ksize: { ints: [1, sampling, sampling, 1] },
    strides: { ints: [1, sampling, sampling, 1] },
    padding: { text: "VALID" },
    data_format: { text: "NHWC" },
    T: { type: "f32" },
  }) as const;

const pointsOf = ({ size, sampling }: Sampling): number[] => size.map((cells) => cells * sampling);

const mirroring = { T: { type: "f32" }, Tpaddings: { type: "i32" }, mode: { text: "SYMMETRIC" } } as const;

/** Which rows belong to each level, i32[?] each; the last list is of those that belong to none. */
function rowsOfLevels(
  writer: TensorflowWriter,
  level: TensorflowRef,
  levels: number,
  regions: number,
): TensorflowRef[] {
  const { select, less, minimum } = tensorflowMath(writer, "i32");
  const list = select(less(level, 0), levels, minimum(level, levels));
  return writer.node(
    "DynamicPartition",
    [rangeOf(writer, 0, regions), list],
    { num_partitions: { int: levels + 1 }, T: { type: "i32" } },
    levels + 1,
  );
}

/** Zeros for the rows that belong to no level. */
function emptyCells(
  writer: TensorflowWriter,
  rows: TensorflowRef,
  how: Sampling,
  channels: number,
): TensorflowRef {
  const whole = tensorflowMath(writer, "i32");
  const [count] = writer.node("Shape", [rows], { T: { type: "i32" }, out_type: { type: "i32" } });
  const shape = whole.concatRows([count!, vector(writer, [...how.size, channels])]);
  return writer.node("Fill", [shape, writer.constant("f32", [], [0])], {
    T: { type: "f32" },
    index_type: { type: "i32" },
  })[0]!;
}

/** `inputs`: levels, boxes, image, level; `shapes` those of the levels. Each region is sampled in its own level only. */
export function alignNatively(
  writer: TensorflowWriter,
  inputs: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  how: Sampling & { readonly regions: number },
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const [boxes, image, level] = inputs.slice(-3) as [TensorflowRef, TensorflowRef, TensorflowRef];
  const grid = gridOf(writer, boxes, how);
  const rows = rowsOfLevels(writer, level, shapes.length, how.regions);
  const channels = shapes[0]![3]!;
  const cells = shapes.map((shape, index) => {
    const border = writer.constant("i32", [4, 2], paddings);
    const [mirrored] = writer.node("MirrorPad", [inputs[index]!, border], mirroring);
    const own = real.gather(cropBoxes(grid, index, shape), rows[index]!);
    const [points] = writer.node(
      "CropAndResize",
      [mirrored!, own, whole.gather(image, rows[index]!), vector(writer, pointsOf(how))],
      { T: { type: "f32" }, method: { text: "bilinear" }, extrapolation_value: { float: 0 } },
    );
    return how.sampling === 1 ? points! : writer.node("AvgPool", [points!], pooling(how))[0]!;
  });
  const parts = [...cells, emptyCells(writer, rows.at(-1)!, how, channels)];
  const [stitched] = writer.node("DynamicStitch", [...rows, ...parts], {
    N: { int: rows.length },
    T: { type: "f32" },
  });
  return real.reshape(stitched!, [how.regions, ...how.size, channels]);
}

/** `inputs`: gradient, boxes, image, level; gives the gradient of each level. */
export function alignNativelyBackward(
  writer: TensorflowWriter,
  [gradient, boxes, image, level]: readonly TensorflowRef[],
  shapes: readonly (readonly number[])[],
  how: Sampling & { readonly regions: number },
): TensorflowRef[] {
  const grid = gridOf(writer, boxes!, how);
  const points = writer.constant("i32", [4], [how.regions, ...pointsOf(how), shapes[0]![3]!]);
  const spread =
    how.sampling === 1 ? gradient! : writer.node("AvgPoolGrad", [points, gradient!], pooling(how))[0]!;
  return shapes.map((shape, index) => {
    const size = writer.constant("i32", [4], padded(shape));
    const [mirrored] = writer.node(
      "CropAndResizeGradImage",
      [spread, onlyOf(writer, index, level!, cropBoxes(grid, index, shape)), image!, size],
      { T: { type: "f32" }, method: { text: "bilinear" } },
    );
    return writer.node("MirrorPadGrad", [mirrored!, writer.constant("i32", [4, 2], paddings)], mirroring)[0]!;
  });
}

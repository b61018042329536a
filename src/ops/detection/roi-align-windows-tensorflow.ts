/** Adaptive roiAlign on one level of several: each region mixes the part of the map that it touches. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { castTo, type Operand, rangeOf, tensorflowMath } from "../tensorflow-math.ts";
import { type AdaptiveFrame, type LevelOfRegions, product, type Shape } from "./adaptive-frame.ts";
import { type AxisSamples, largest, reshapeTo, weightsOf } from "./axis-weights-tensorflow.ts";
import { type Corners, cornersOf } from "./sampled-regions-tensorflow.ts";

/*
 * Parts are as large as the largest region of the level: the rule of levels keeps regions small on the fine ones.
 */

/** What the regions of one level mix. The rows are of this level only; r is how many they are. */
interface Windows {
  /** `[r, h, H']` and `[r, 1, w, W']`, H' and W' being the sides of the largest part. */
  readonly down: TensorflowRef;
  readonly across: TensorflowRef;
  /** i32 `[r, H', W']`: rows of the map as `[N * H * W, C]`; where a part is smaller, any that weigh nothing. */
  readonly places: TensorflowRef;
  readonly sides: readonly [TensorflowRef, TensorflowRef];
}

/** Samples of all regions along one axis; those of other levels are made small. */
function samplesOf(
  writer: TensorflowWriter,
  { start, end }: Corners,
  axis: 0 | 1,
  own: TensorflowRef,
  level: { readonly shape: Shape; readonly stride: number },
  { aligned, regions }: AdaptiveFrame,
): AxisSamples & { readonly begin: TensorflowRef; readonly padded: TensorflowRef } {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const toWhole = (x: TensorflowRef) => castTo(writer, x, "f32", "i32");
  const column = (x: TensorflowRef) => real.slice(x, [0, axis], [regions, 1]);
  const limit = level.shape[axis + 1]!;
  const scale = 1 / level.stride;
  const length = real.mul(real.sub(column(end), column(start)), scale);
  const extent = real.select(own, aligned ? length : real.maximum(length, 1), 1);
  const from = real.select(own, real.sub(real.mul(column(start), scale), aligned ? 0.5 : 0), 0);
  const within = (x: TensorflowRef, low: Operand, high: number) => real.minimum(real.maximum(x, low), high);
  const begin = toWhole(within(real.floor(from), 0, limit - 1));
  // One cell more than the last point: it lies between two.
  const last = toWhole(within(real.floor(real.add(real.add(from, extent), 2)), 1, limit));
  const count = whole.maximum(whole.sub(last, begin), 1);
  return { start: from, extent, begin, count, limit, padded: largest(writer, count) };
}

function windowsOf(
  writer: TensorflowWriter,
  { regions: [boxes, image, level], rows, index, shape }: LevelOfRegions,
  how: AdaptiveFrame,
): Windows {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const corners = cornersOf(writer, boxes!);
  const column = whole.reshape(level!, [how.regions, 1]);
  const [own] = writer.node("Equal", [column, writer.constant("i32", [], [index])], {
    T: { type: "i32" },
    incompatible_shape_error: { bool: true },
  });
  const place = { shape, stride: how.strides[index]! };
  const axes = ([0, 1] as const).map((axis) => samplesOf(writer, corners, axis, own!, place, how));
  const [down, across] = axes.map((axis, i) =>
    real.gather(weightsOf(writer, axis, { size: how.size[i]!, regions: how.regions }), rows),
  );
  const positions = axes.map((axis, i) => {
    const line = reshapeTo(
      writer,
      rangeOf(writer, 0, axis.padded),
      "i32",
      i === 0 ? [1, axis.padded, 1] : [1, 1, axis.padded],
    );
    const first = whole.reshape(whole.gather(axis.begin, rows), [-1, 1, 1]);
    return whole.minimum(whole.add(first, line), axis.limit - 1);
  });
  const [, height, width] = shape as [number, number, number];
  const top = whole.reshape(whole.mul(whole.gather(image!, rows), height), [-1, 1, 1]);
  const [y, x] = positions as [TensorflowRef, TensorflowRef];
  const sides = [axes[0]!.padded, axes[1]!.padded] as const;
  return {
    down: down!,
    across: reshapeTo(writer, across!, "f32", [-1, 1, how.size[1]!, sides[1]]),
    places: whole.add(whole.mul(whole.add(top, y), width), x),
    sides,
  };
}

/** Features f32 `[r, h, w, C]` of the level's regions. */
export function alignWindows(
  writer: TensorflowWriter,
  map: TensorflowRef,
  level: LevelOfRegions,
  how: AdaptiveFrame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const channels = level.shape[3]!;
  const { down, across, places, sides } = windowsOf(writer, level, how);
  const values = real.gather(real.reshape(map, [-1, channels]), places);
  const part = reshapeTo(writer, values, "f32", [-1, sides[0], whole.mul(sides[1], channels)]);
  const lines = product(writer, down, part);
  return product(writer, across, reshapeTo(writer, lines, "f32", [-1, how.size[0]!, sides[1], channels]));
}

/** The map's gradient from that of the regions' features, `[r, h, w, C]`. */
export function alignWindowsBackward(
  writer: TensorflowWriter,
  gradient: TensorflowRef,
  level: LevelOfRegions,
  how: AdaptiveFrame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const [images, height, width, channels] = level.shape as [number, number, number, number];
  const { down, across, places, sides } = windowsOf(writer, level, how);
  const columns = whole.mul(sides[1], channels);
  const lines = reshapeTo(writer, product(writer, across, gradient, true), "f32", [
    -1,
    how.size[0]!,
    columns,
  ]);
  const [map] = writer.node(
    "UnsortedSegmentSum",
    [
      real.reshape(product(writer, down, lines, true), [-1, channels]),
      whole.reshape(places, [-1]),
      writer.constant("i32", [], [images * height * width]),
    ],
    { T: { type: "f32" }, Tindices: { type: "i32" }, Tnumsegments: { type: "i32" } },
  );
  return real.reshape(map!, level.shape);
}

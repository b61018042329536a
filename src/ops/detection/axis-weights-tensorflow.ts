/** Averaged bilinear weights of adaptive sampling along one axis, in TensorFlow nodes. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { castTo, type Operand, rangeOf, tensorflowMath, vector } from "../tensorflow-math.ts";

export const pack = (writer: TensorflowWriter, sizes: readonly Operand[]): TensorflowRef =>
  writer.node(
    "Pack",
    sizes.map((size) => (typeof size === "number" ? writer.constant("i32", [], [size]) : size)),
    { N: { int: sizes.length }, T: { type: "i32" }, axis: { int: 0 } },
  )[0]!;

export const reshapeTo = (
  writer: TensorflowWriter,
  x: TensorflowRef,
  dtype: "f32" | "i32",
  sizes: readonly Operand[],
) => writer.node("Reshape", [x, pack(writer, sizes)], { T: { type: dtype }, Tshape: { type: "i32" } })[0]!;

/** The largest entry, at least 1: the padded size of what differs between regions. */
export const largest = (writer: TensorflowWriter, x: TensorflowRef): TensorflowRef => {
  const [most] = writer.node("Max", [x, vector(writer, [0, 1])], {
    T: { type: "i32" },
    Tidx: { type: "i32" },
    keep_dims: { bool: false },
  });
  return tensorflowMath(writer, "i32").maximum(most!, 1);
};

export interface AxisSamples {
  /** f32[R, 1] on the map's grid: where the region begins, and its length. */
  readonly start: TensorflowRef;
  readonly extent: TensorflowRef;
  /** i32[R, 1] or one for all: the first position that has a weight, and how many have. */
  readonly begin: Operand;
  readonly count: Operand;
  /** Positions of the map along the axis, and of the weights. */
  readonly limit: number;
  readonly padded: Operand;
}

/**
 * `ceil(extent / size)`. TensorFlow divides by a constant with its reciprocal, which may end just above a whole
 * number, so a product decides: whole numbers multiply exactly.
 */
function samplesOf(writer: TensorflowWriter, extent: TensorflowRef, size: number): TensorflowRef {
  const real = tensorflowMath(writer, "f32");
  const near = real.floor(real.add(real.div(extent, size), 0.5));
  return real.select(real.less(real.mul(near, size), extent), real.add(near, 1), near);
}

/** Averaged weights f32[R, size, padded]: each sample adds to the two pixels between which it lies. */
export function weightsOf(
  writer: TensorflowWriter,
  axis: AxisSamples,
  { size, regions }: { readonly size: number; readonly regions: number },
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const toReal = (x: TensorflowRef) => castTo(writer, x, "i32", "f32");
  const toWhole = (x: TensorflowRef) => castTo(writer, x, "f32", "i32");
  const step = real.div(axis.extent, size);
  const samples = samplesOf(writer, axis.extent, size);
  // Of a region without length no sample counts.
  const divisor = real.maximum(samples, 1);
  const most = largest(writer, toWhole(samples));
  const cell = writer.constant(
    "f32",
    [1, size, 1],
    Array.from({ length: size }, (_, i) => i),
  );
  const three = (x: TensorflowRef) => real.reshape(x, [regions, 1, 1]);
  const sample = real.add(reshapeTo(writer, toReal(rangeOf(writer, 0, most)), "f32", [1, 1, most]), 0.5);
  const within = real.add(cell, real.div(sample, three(divisor)));
  const point = real.add(three(axis.start), real.mul(within, three(step)));

  const inside = real.minimum(real.maximum(point, 0), axis.limit - 1);
  const low = real.floor(inside);
  const high = real.sub(inside, low);
  const rejected = [
    real.greater(sample, three(samples)),
    real.less(point, -1),
    real.greater(point, axis.limit),
  ].reduce((x, y) => writer.node("LogicalOr", [x, y])[0]!);
  const share = real.select(rejected, 0, real.div(1, three(divisor)));
  const row = writer.constant(
    "i32",
    [regions, size, 1],
    Array.from({ length: regions * size }, (_, i) => i),
  );
  const single = (x: Operand) => (typeof x === "number" ? x : whole.reshape(x, [regions, 1, 1]));
  const place = whole.sub(toWhole(low), single(axis.begin));
  const [begin, count] = [whole.mul(row, axis.padded), single(axis.count)];
  const segments = (position: TensorflowRef) => {
    const outside = writer.node("LogicalOr", [
      whole.less(position, 0),
      whole.greater(whole.add(position, 1), count),
    ]);
    return whole.reshape(whole.select(outside[0]!, -1, whole.add(begin, position)), [-1]);
  };
  const weights = (part: TensorflowRef) => real.reshape(real.mul(share, part), [-1]);
  const [sums] = writer.node(
    "UnsortedSegmentSum",
    [
      real.concatRows([weights(real.sub(1, high)), weights(high)]),
      whole.concatRows([segments(place), segments(whole.add(place, 1))]),
      whole.mul(axis.padded, regions * size),
    ],
    { T: { type: "f32" }, Tindices: { type: "i32" }, Tnumsegments: { type: "i32" } },
  );
  return reshapeTo(writer, sums!, "f32", [regions, size, axis.padded]);
}

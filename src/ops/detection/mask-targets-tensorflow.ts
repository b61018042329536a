/** How maskTargets is said with stock TensorFlow ops, with shapes that follow the largest crop of the batch. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { castTo, type Operand, rangeOf, tensorflowMath, vector } from "../tensorflow-math.ts";
import type { MaskTargets } from "./mask-targets.ts";

/*
 * RoIAlign is separable: a target is `Wy F Wx^T`, F the pixels of the object's crop and Wy, Wx the averaged bilinear
 * weights of rows and columns. Weights of pixels outside the crop are left out, so what F holds there is never seen.
 */

type Frame = MaskTargets & { readonly pixels: number; readonly regions: number };

const pack = (writer: TensorflowWriter, sizes: readonly Operand[]): TensorflowRef =>
  writer.node(
    "Pack",
    sizes.map((size) => (typeof size === "number" ? writer.constant("i32", [], [size]) : size)),
    { N: { int: sizes.length }, T: { type: "i32" }, axis: { int: 0 } },
  )[0]!;

const reshapeTo = (
  writer: TensorflowWriter,
  x: TensorflowRef,
  dtype: "f32" | "i32",
  sizes: readonly Operand[],
) => writer.node("Reshape", [x, pack(writer, sizes)], { T: { type: dtype }, Tshape: { type: "i32" } })[0]!;

/** The largest entry, at least 1: the padded size of what differs between regions. */
const largest = (writer: TensorflowWriter, x: TensorflowRef): TensorflowRef => {
  const [most] = writer.node("Max", [x, vector(writer, [0, 1])], {
    T: { type: "i32" },
    Tidx: { type: "i32" },
    keep_dims: { bool: false },
  });
  return tensorflowMath(writer, "i32").maximum(most!, 1);
};

interface Axis {
  /** f32[R, 1]: the box's two ends in pixels. */
  readonly from: TensorflowRef;
  readonly to: TensorflowRef;
  /** i32[R, 1]: the crop's first pixel and its count of pixels. */
  readonly begin: TensorflowRef;
  readonly count: TensorflowRef;
  /** Pixels of the image, and of the largest crop. */
  readonly limit: number;
  readonly padded: TensorflowRef;
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
function weightsOf(writer: TensorflowWriter, axis: Axis, { size, regions }: Frame): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const toReal = (x: TensorflowRef) => castTo(writer, x, "i32", "f32");
  const toWhole = (x: TensorflowRef) => castTo(writer, x, "f32", "i32");
  const extent = real.maximum(real.sub(axis.to, axis.from), 1);
  const step = real.div(extent, size);
  const samples = samplesOf(writer, extent, size);
  const most = largest(writer, toWhole(samples));
  const cell = writer.constant(
    "f32",
    [1, size, 1],
    Array.from({ length: size }, (_, i) => i),
  );
  const three = (x: TensorflowRef) => real.reshape(x, [regions, 1, 1]);
  const sample = real.add(reshapeTo(writer, toReal(rangeOf(writer, 0, most)), "f32", [1, 1, most]), 0.5);
  const within = real.add(cell, real.div(sample, three(samples)));
  const point = real.add(three(axis.from), real.mul(within, three(step)));

  const inside = real.minimum(real.maximum(point, 0), axis.limit - 1);
  const low = real.floor(inside);
  const high = real.sub(inside, low);
  const rejected = [
    real.greater(sample, three(samples)),
    real.less(point, -1),
    real.greater(point, axis.limit),
  ].reduce((x, y) => writer.node("LogicalOr", [x, y])[0]!);
  const share = real.select(rejected, 0, real.div(1, three(samples)));
  const row = writer.constant(
    "i32",
    [regions, size, 1],
    Array.from({ length: regions * size }, (_, i) => i),
  );
  const place = whole.sub(toWhole(low), whole.reshape(axis.begin, [regions, 1, 1]));
  const [begin, count] = [whole.mul(row, axis.padded), whole.reshape(axis.count, [regions, 1, 1])];
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

/** Pixels of the crops, f32[R, rows, columns]; beyond a crop whatever comes next in the pack. */
function unpack(
  writer: TensorflowWriter,
  [pixels, offsets]: readonly TensorflowRef[],
  [rows, columns]: readonly [Axis, Axis],
  frame: Frame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const single = (x: TensorflowRef) => whole.reshape(x, [frame.regions, 1, 1]);
  const y = reshapeTo(writer, rangeOf(writer, 0, rows.padded), "i32", [1, rows.padded, 1]);
  const x = reshapeTo(writer, rangeOf(writer, 0, columns.padded), "i32", [1, 1, columns.padded]);
  const index = whole.add(whole.add(single(offsets!), whole.mul(y, single(columns.count))), x);
  const held = whole.maximum(whole.minimum(index, frame.pixels - 1), 0);
  return real.gather(castTo(writer, pixels!, "bool", "f32"), held);
}

/** `inputs`: pixels, offsets, crops, boxes. */
export function maskTargetsNatively(
  writer: TensorflowWriter,
  [pixels, offsets, crops, boxes]: readonly TensorflowRef[],
  frame: Frame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const column = (math: typeof real, x: TensorflowRef, index: number) =>
    math.slice(x, [0, index], [frame.regions, 1]);
  const axis = (place: 0 | 1): Axis => {
    const count = column(whole, crops!, place + 2);
    return {
      from: column(real, boxes!, place),
      to: column(real, boxes!, place + 2),
      begin: column(whole, crops!, place),
      count,
      limit: frame.image[1 - place]!,
      padded: largest(writer, count),
    };
  };
  const [across, down] = [axis(0), axis(1)];
  const product = (x: TensorflowRef, y: TensorflowRef, transposed: boolean) =>
    writer.node("BatchMatMulV2", [x, y], {
      T: { type: "f32" },
      adj_x: { bool: false },
      adj_y: { bool: transposed },
    })[0]!;
  const features = unpack(writer, [pixels!, offsets!], [down, across], frame);
  return product(
    product(weightsOf(writer, down, frame), features, false),
    weightsOf(writer, across, frame),
    true,
  );
}

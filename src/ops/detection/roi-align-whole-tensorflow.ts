/** Adaptive roiAlign on the coarsest level, or the only one: the regions of an image share its whole map. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { tensorflowMath } from "../tensorflow-math.ts";
import { type AdaptiveFrame, type LevelOfRegions, product } from "./adaptive-frame.ts";
import { weightsOf } from "./axis-weights-tensorflow.ts";
import { cornersOf, rowsOfLists, stitch } from "./sampled-regions-tensorflow.ts";

/** Weights of the map's rows f32[r, h, H] or columns f32[r, w, W], of the level's regions. */
function axisWeights(
  writer: TensorflowWriter,
  { regions: [boxes], rows, index, shape }: LevelOfRegions,
  { size, strides, aligned, regions }: AdaptiveFrame,
  axis: 0 | 1,
): TensorflowRef {
  const { sub, mul, maximum, slice, gather } = tensorflowMath(writer, "f32");
  const { start, end } = cornersOf(writer, boxes!);
  const column = (x: TensorflowRef) => slice(x, [0, axis], [regions, 1]);
  const scale = 1 / strides[index]!;
  const length = mul(sub(column(end), column(start)), scale);
  const limit = shape[axis + 1]!;
  const samples = {
    start: sub(mul(column(start), scale), aligned ? 0.5 : 0),
    extent: aligned ? length : maximum(length, 1),
    begin: 0,
    count: limit,
    limit,
    padded: limit,
  };
  return gather(weightsOf(writer, samples, { size: size[axis]!, regions }), rows);
}

/** Elements that one product may have: 256 MiB. */
const most = 2 ** 26;

/** Rows of the output that are computed together, as `[first, count]`. */
function chunksOf({ shape }: LevelOfRegions, { size, regions }: AdaptiveFrame): readonly [number, number][] {
  const rows = Math.max(1, Math.min(size[0]!, Math.floor(most / (regions * shape[2]! * shape[3]!))));
  const chunks: [number, number][] = [];
  for (let first = 0; first < size[0]!; first += rows) chunks.push([first, Math.min(rows, size[0]! - first)]);
  return chunks;
}

interface ImageRegions {
  readonly image: number;
  /** i32[q]: places among the level's regions. */
  readonly own: TensorflowRef;
  /** f32[q, h, H] and f32[q, 1, w, W]. */
  readonly down: TensorflowRef;
  readonly across: TensorflowRef;
}

function byImage(writer: TensorflowWriter, level: LevelOfRegions, how: AdaptiveFrame): ImageRegions[] {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const [images, , width] = level.shape as [number, number, number];
  const [down, across] = [axisWeights(writer, level, how, 0), axisWeights(writer, level, how, 1)];
  const image = whole.gather(level.regions[1]!, level.rows);
  const [count] = writer.node("Size", [level.rows], { T: { type: "i32" }, out_type: { type: "i32" } });
  return rowsOfLists(writer, image, images, count!).map((own, index) => ({
    image: index,
    own,
    down: real.gather(down, own),
    across: real.reshape(real.gather(across, own), [-1, 1, how.size[1]!, width]),
  }));
}

const rowsBetween = (
  writer: TensorflowWriter,
  x: TensorflowRef,
  rank: number,
  first: number,
  count: number,
) => {
  const rest = (fill: number) => Array.from({ length: rank - 2 }, () => fill);
  return tensorflowMath(writer, "f32").slice(x, [0, first, ...rest(0)], [-1, count, ...rest(-1)]);
};

/** Features f32 `[r, h, w, C]` of the level's regions. */
export function alignWhole(
  writer: TensorflowWriter,
  map: TensorflowRef,
  level: LevelOfRegions,
  how: AdaptiveFrame,
): TensorflowRef {
  const real = tensorflowMath(writer, "f32");
  const [, height, width, channels] = level.shape as [number, number, number, number];
  const images = byImage(writer, level, how);
  const parts = images.map(({ image, down, across }) => {
    const lines = real.reshape(real.slice(map, [image, 0, 0, 0], [1, height, width, channels]), [
      height,
      width * channels,
    ]);
    const chunks = chunksOf(level, how).map(([first, count]) => {
      const rows = real.reshape(rowsBetween(writer, down, 3, first, count), [-1, height]);
      return product(
        writer,
        across,
        real.reshape(product(writer, rows, lines), [-1, count, width, channels]),
      );
    });
    return concatRowsOfCells(writer, chunks);
  });
  return stitch(
    writer,
    images.map(({ own }) => own),
    parts,
    [-1, ...how.size, channels],
  );
}

function concatRowsOfCells(writer: TensorflowWriter, chunks: readonly TensorflowRef[]): TensorflowRef {
  if (chunks.length === 1) return chunks[0]!;
  return writer.node("ConcatV2", [...chunks, writer.constant("i32", [], [1])], {
    N: { int: chunks.length },
    T: { type: "f32" },
    Tidx: { type: "i32" },
  })[0]!;
}

/** The map's gradient from that of the regions' features, `[r, h, w, C]`. */
export function alignWholeBackward(
  writer: TensorflowWriter,
  gradient: TensorflowRef,
  level: LevelOfRegions,
  how: AdaptiveFrame,
): TensorflowRef {
  const real = tensorflowMath(writer, "f32");
  const [, height, width, channels] = level.shape as [number, number, number, number];
  const maps = byImage(writer, level, how).map(({ own, down, across }) => {
    const cells = real.gather(gradient, own);
    return chunksOf(level, how)
      .map(([first, count]) => {
        const lines = product(writer, across, rowsBetween(writer, cells, 4, first, count), true);
        const rows = real.reshape(rowsBetween(writer, down, 3, first, count), [-1, height]);
        return product(writer, rows, real.reshape(lines, [-1, width * channels]), true);
      })
      .reduce((sum, part) => real.add(sum, part));
  });
  return real.reshape(real.concatRows(maps), level.shape);
}

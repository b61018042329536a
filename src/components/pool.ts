/** Features of regions: the pyramid level that each belongs to, and the op that pools it there. */
import type { Value } from "../ir/types.ts";
import type { RoiOpModel } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import { extents } from "./boxes.ts";
import type { LowerContext } from "./context.ts";
import type { Regions } from "./regions.ts";
import { flattenRows, imageOfRows } from "./rows.ts";

/** Level of each box, from the finest read (0): floor(k0 + log2(sqrt(area) / size) + eps), clamped (Lin et al. 2017, eq. 1). */
export function assignLevels(context: LowerContext, boxes: Value, valid: Value): Value {
  const { levels, assign } = context.model.regions;
  const b = context.at("regions.assign");
  const [n, s] = valid.type.shape as [number, number];
  const finest = Math.log2(levels[0]!.stride);
  const [width, height] = extents(b, boxes);
  const side = b.sqrt(b.maximum(b.mul(width, height), 0));
  // A box without area has side 0: its logarithm is kept finite, and the clamp sends it to the finest level.
  const octave = b.mul(b.log(b.div(b.maximum(side, 1e-6), assign.size)), 1 / Math.LN2);
  const level = b.sub(b.floor(b.add(octave, assign.level + assign.epsilon)), finest);
  const clamped = b.minimum(b.maximum(level, 0), levels.length - 1);
  return b.select(valid, b.cast(b.reshape(clamped, { shape: [n, s] }), { dtype: "i32" }), -1);
}

/** Features of `[N, S]` regions: `[N * S, h, w, C]`; zeros for padding. */
export function poolRegions(
  context: LowerContext,
  path: string,
  pool: RoiOpModel,
  levels: readonly Value[],
  regions: Regions,
): Value {
  const b = context.at(path);
  const [n, s] = regions.valid.type.shape as [number, number];
  const level = assignLevels(context, regions.boxes, regions.valid);
  const operands = [
    levels,
    flattenRows(b, withContext(b, pool, toLastPixel(context, path, regions.boxes))),
    imageOfRows(b, n, s),
    b.reshape(level, { shape: [n * s] }),
  ] as const;
  return pooled(
    b,
    pool,
    operands,
    context.model.regions.levels.map(({ stride }) => stride),
  );
}

/** Where the last pixel belongs to a box, RoI ops take its place for the box's end (py-faster-rcnn). */
function toLastPixel(context: LowerContext, path: string, boxes: Value): Value {
  if (context.model.boxWidth === "difference") return boxes;
  const b = context.at(path);
  return b.sub(boxes, b.constant([0, 0, 1, 1], "f32", [1, 1, 4]));
}

/**
 * Boxes `[N, S, 4]` enlarged about their centres, so that all bins but those of `context` show what was inside: times
 * size / (size - 2 context), as R-CNN cuts its regions out; roiCrop's distances are those of its points, one fewer, and
 * a two-thousandth less is added, so that no point on the border of the image falls beyond it by rounding, where it is 0.
 */
function withContext(b: Builder, pool: RoiOpModel, boxes: Value): Value {
  if (pool.kind === "roiPool" || pool.context.every((bins) => bins === 0)) return boxes;
  const { kind, size, context } = pool;
  const [down, across] = context.map((bins, axis) => {
    const steps = kind === "roiCrop" ? size[axis]! - 1 : size[axis]!;
    const share = bins === 0 ? 0 : bins / (steps - 2 * bins);
    return kind === "roiCrop" ? share * (1 - 5e-4) : share;
  }) as [number, number];
  const [width, height] = extents(b, boxes);
  const sides = b.concat([width, height, width, height], { axis: 2 });
  return b.add(boxes, b.mul(sides, b.constant([-across, -down, across, down], "f32", [1, 1, 4])));
}

/** The same points as bins of one point each; the maximum follows (He et al. 2017, section 3: max or average). */
const byPoint = ([height, width]: readonly [number, number], sampling: number): number[] => [
  height * sampling,
  width * sampling,
];

function pooled(
  b: Builder,
  pool: RoiOpModel,
  operands: readonly [readonly Value[], Value, Value, Value],
  strides: readonly number[],
): Value {
  const frame = { size: [...pool.size], strides };
  switch (pool.kind) {
    case "roiPool":
      return b.roiPool(...operands, frame)[0];
    case "roiCrop":
      return b.roiCrop(...operands, frame);
    case "roiWarp": {
      const { size, sampling, reduce } = pool;
      if (reduce === "average") return b.roiWarp(...operands, { ...frame, sampling });
      const points = b.roiWarp(...operands, { size: byPoint(size, sampling), strides, sampling: 1 });
      return maximumOfPoints(b, points, sampling);
    }
    case "roiAlign": {
      const { size, aligned, reduce } = pool;
      const sampling = pool.sampling === "adaptive" ? 0 : pool.sampling;
      if (reduce === "average") return b.roiAlign(...operands, { ...frame, sampling, aligned });
      const bins = { size: byPoint(size, sampling), strides, sampling: 1, aligned };
      return maximumOfPoints(b, b.roiAlign(...operands, bins), sampling);
    }
  }
}

const noPadding = [
  [0, 0],
  [0, 0],
] as const;

const maximumOfPoints = (b: Builder, points: Value, sampling: number): Value =>
  b.maxPool(points, { window: [sampling, sampling], strides: [sampling, sampling], padding: noPadding });

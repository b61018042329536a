/** The detection ops' references give what torch and torchvision give. */
import { expect, test } from "vitest";
import { maskTargets } from "../../../src/ops/detection/mask-targets.ts";
import { nonMaxSuppression } from "../../../src/ops/detection/non-max-suppression.ts";
import { roiAlign, roiAlignGrad } from "../../../src/ops/detection/roi-align.ts";
import { roiCrop, roiCropGrad } from "../../../src/ops/detection/roi-crop.ts";
import { roiPool, roiPoolGrad } from "../../../src/ops/detection/roi-pool.ts";
import { roiWarp, roiWarpGrad } from "../../../src/ops/detection/roi-warp.ts";
import { topK } from "../../../src/ops/detection/top-k.ts";
import maskCases from "./mask-targets.golden.json" with { type: "json" };
import suppressionCases from "./non-max-suppression.golden.json" with { type: "json" };
import alignCases from "./roi-align.golden.json" with { type: "json" };
import cropCases from "./roi-crop.golden.json" with { type: "json" };
import poolCases from "./roi-pool.golden.json" with { type: "json" };
import warpCases from "./roi-warp.golden.json" with { type: "json" };
import { distance, runReference } from "./run-reference.ts";
import topCases from "./top-k.golden.json" with { type: "json" };

const f32 = (shape: number[], data: number[]) => ({ dtype: "f32", shape, data }) as const;
const i32 = (shape: number[], data: number[]) => ({ dtype: "i32", shape, data }) as const;

const regionsOf = ({ boxes, image }: { boxes: number[]; image: number[] }) =>
  [
    f32([image.length, 4], boxes),
    i32([image.length], image),
    i32(
      [image.length],
      image.map(() => 0),
    ),
  ] as const;

test.each(alignCases)(
  "roiAlign is torchvision's roi_align: $size cells, $sampling samples, aligned $aligned",
  (row) => {
    const how = { size: row.size, sampling: row.sampling, aligned: row.aligned, strides: [row.stride] };
    const [y] = runReference(roiAlign, [f32(row.map.shape, row.map.data), ...regionsOf(row)], how);
    expect(distance(y!.data, row.y)).toBeLessThan(1e-5);
    const gradient = f32([row.image.length, ...row.size, 3], row.gradient);
    const [map] = runReference(roiAlignGrad, [gradient, ...regionsOf(row)], {
      ...how,
      shapes: [row.map.shape],
    });
    expect(distance(map!.data, row.mapGradient)).toBeLessThan(1e-5);
  },
);

test.each(warpCases)(
  "roiWarp is torchvision's roi_align of rounded regions: $size cells, $sampling samples, stride $stride",
  (row) => {
    const how = { size: row.size, sampling: row.sampling, strides: [row.stride] };
    const [y] = runReference(roiWarp, [f32(row.map.shape, row.map.data), ...regionsOf(row)], how);
    expect(distance(y!.data, row.y)).toBeLessThan(1e-5);
    const operands = [f32([row.image.length, ...row.size, 3], row.gradient), ...regionsOf(row)];
    const [map] = runReference(roiWarpGrad, operands, { ...how, shapes: [row.map.shape] });
    expect(distance(map!.data, row.mapGradient)).toBeLessThan(1e-5);
  },
);

test.each(cropCases)(
  "roiCrop is torch's grid_sample from corner to corner: $size cells, stride $stride",
  (row) => {
    const how = { size: row.size, strides: [row.stride] };
    const [y] = runReference(roiCrop, [f32(row.map.shape, row.map.data), ...regionsOf(row)], how);
    expect(distance(y!.data, row.y)).toBeLessThan(1e-5);
    const operands = [f32([row.image.length, ...row.size, 3], row.gradient), ...regionsOf(row)];
    const [map] = runReference(roiCropGrad, operands, { ...how, shapes: [row.map.shape] });
    expect(distance(map!.data, row.mapGradient)).toBeLessThan(1e-5);
  },
);

test.each(poolCases)(
  "roiPool is torchvision's roi_pool: $size cells, stride $stride, inside $inside",
  (row) => {
    const how = { size: row.size, strides: [row.stride] };
    const [y, argmax] = runReference(roiPool, [f32(row.map.shape, row.map.data), ...regionsOf(row)], how);
    expect(distance(y!.data, row.y)).toBeLessThan(1e-6);
    const shape = [row.image.length, ...row.size, 3];
    const operands = [f32(shape, row.gradient), i32(shape, Array.from(argmax!.data))];
    const [map] = runReference(roiPoolGrad, operands, { shapes: [row.map.shape] });
    expect(distance(map!.data, row.mapGradient)).toBeLessThan(1e-5);
  },
);

test.each(suppressionCases)("nonMaxSuppression is torchvision's nms at an overlap of $overlap", (row) => {
  const count = row.scores.length;
  const operands = [f32([1, count, 4], row.boxes), f32([1, count], row.scores)];
  const [indices, valid] = runReference(nonMaxSuppression, operands, {
    overlap: row.overlap,
    count,
    minimumScore: -1,
  });
  expect(Array.from(indices!.data.slice(0, valid!.data[0]))).toEqual(row.kept);
});

test.each(maskCases)("maskTargets is torchvision's project_masks_on_boxes: $size cells of $image", (row) => {
  const count = row.offsets.length;
  const operands = [
    { dtype: "bool", shape: [row.pixels.length], data: row.pixels } as const,
    i32([count], row.offsets),
    i32([count, 4], row.crops.flat()),
    f32([count, 4], row.boxes),
  ];
  const [targets] = runReference(maskTargets, operands, { size: row.size, image: row.image });
  expect(distance(targets!.data, row.targets)).toBeLessThan(2e-5);
});

test.each(topCases)("topK is torch's topk", (row) => {
  const [values, indices] = runReference(topK, [f32(row.shape, row.x)], { k: row.k });
  expect(distance(values!.data, row.values)).toBeLessThan(1e-6);
  expect(Array.from(indices!.data)).toEqual(row.indices);
});

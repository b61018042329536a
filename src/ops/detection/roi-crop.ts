/** roiCrop and its adjoint: regions cropped from the map and resized, their corners on sample points. */
import { gradient, regions, smallRegion, twoLevels, twoShapes } from "./region-samples.ts";
import { cropFrame } from "./roi-crop-tensorflow.ts";
import { cropRule } from "./sample-grids.ts";
import { sampledRegions, sampledRegionsGrad } from "./sampled-regions.ts";
import { sampleNatively, sampleNativelyBackward } from "./sampled-regions-tensorflow.ts";

export type Cropping = { readonly size: readonly number[]; readonly strides: readonly number[] };

const sampler: Parameters<typeof sampledRegions<Cropping>>[0] = {
  name: "roiCrop",
  summary:
    "Features of R regions, [R, h, w, C]: one bilinear sample a cell, the first at start / stride, the last at end / stride (a single one in the middle), 0 outside the centres of the map's border cells; zeros where the level is -1.",
  attributes: {},
  constraints: {},
  constrain() {},
  rule: () => cropRule,
  points: () => 1,
  forward: (writer, inputs, shapes, how) => sampleNatively(writer, inputs, shapes, cropFrame(how)),
  backward: (writer, inputs, shapes, how) => sampleNativelyBackward(writer, inputs, shapes, cropFrame(how)),
  plain: { size: [2, 2], strides: [4] },
  broken: {},
  samples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [2, 3], strides: [4, 8] },
    },
    {
      name: "one row of cells",
      inputs: [twoLevels[0]!, ...smallRegion],
      attributes: { size: [1, 3], strides: [4] },
    },
    {
      name: "a map of one row",
      inputs: [
        { dtype: "f32", shape: [1, 1, 3, 1], data: [1, -2, 3] },
        { dtype: "f32", shape: [1, 4], data: [0.5, 0, 6.5, 3] },
        { dtype: "i32", shape: [1], data: [0] },
        { dtype: "i32", shape: [1], data: [0] },
      ],
      attributes: { size: [2, 3], strides: [4] },
    },
  ],
  backwardSamples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [gradient, ...regions],
      attributes: { size: [2, 2], strides: [4, 8], shapes: twoShapes },
    },
    {
      name: "a map of one row",
      inputs: [{ dtype: "f32", shape: [1, 1, 1, 2], data: [2, -3] }, ...smallRegion],
      attributes: { size: [1, 1], strides: [8], shapes: [[2, 1, 5, 2]] },
    },
  ],
};

/** Crop and resize: TensorFlow's `CropAndResize` with corners of the region on the map's grid, cell centres at whole numbers. */
export const roiCrop = sampledRegions(sampler);
export const roiCropGrad = sampledRegionsGrad(sampler);

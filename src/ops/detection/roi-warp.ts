/** roiWarp and its adjoint: bilinear samples of regions that are first rounded to whole cells of the map. */
import { constrain } from "../define.ts";
import { gradient, regions, smallRegion, twoLevels, twoShapes } from "./region-samples.ts";
import { warpFrame } from "./roi-warp-tensorflow.ts";
import { warpRule } from "./sample-grids.ts";
import { sampledRegions, sampledRegionsGrad } from "./sampled-regions.ts";
import { sampleNatively, sampleNativelyBackward } from "./sampled-regions-tensorflow.ts";

export type Warping = {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly sampling: number;
};

const sampler: Parameters<typeof sampledRegions<Warping>>[0] = {
  name: "roiWarp",
  summary:
    "Features of R regions, [R, h, w, C]: the region becomes the whole cells from round(start / stride) to round(end / stride) of its level's map, as in roiPool, and each cell of the output is the mean of bilinear samples of these; zeros where the level is -1.",
  attributes: { sampling: "sample points of a cell along each axis" },
  constraints: { C6: "sampling is an integer of at least 1" },
  constrain({ sampling }) {
    constrain(Number.isInteger(sampling) && sampling >= 1, "C6", `sampling is ${sampling}`);
  },
  rule: warpRule,
  points: ({ sampling }) => sampling ** 2,
  forward: (writer, inputs, shapes, how) => sampleNatively(writer, inputs, shapes, warpFrame(how)),
  backward: (writer, inputs, shapes, how) => sampleNativelyBackward(writer, inputs, shapes, warpFrame(how)),
  plain: { size: [2, 2], sampling: 2, strides: [4] },
  broken: { C6: { sampling: 0 } },
  samples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [2, 3], sampling: 2, strides: [4, 8] },
    },
    {
      name: "one sample a cell, in a region smaller than a cell of the map",
      inputs: [twoLevels[0]!, ...smallRegion],
      attributes: { size: [2, 2], sampling: 1, strides: [4] },
    },
  ],
  backwardSamples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [gradient, ...regions],
      attributes: { size: [2, 2], sampling: 2, strides: [4, 8], shapes: twoShapes },
    },
    {
      name: "one cell of one sample",
      inputs: [{ dtype: "f32", shape: [1, 1, 1, 2], data: [2, -3] }, ...smallRegion],
      attributes: { size: [1, 1], sampling: 1, strides: [4], shapes: [[2, 4, 5, 2]] },
    },
  ],
};

/** RoIWarp (Dai, He and Sun 2016, section 3.2) as He et al. 2017, section 4.2, describe it: quantised like RoIPool. */
export const roiWarp = sampledRegions(sampler);
export const roiWarpGrad = sampledRegionsGrad(sampler);

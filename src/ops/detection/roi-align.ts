/** roiAlign and its adjoint: features of regions by bilinear sampling, without rounding. */
import { constrain } from "../define.ts";
import { gradient, regions, smallRegion, twoLevels, twoShapes } from "./region-samples.ts";
import { alignAdaptively, alignAdaptivelyBackward } from "./roi-align-adaptive-tensorflow.ts";
import { alignFrame } from "./roi-align-tensorflow.ts";
import { alignRule } from "./sample-grids.ts";
import { sampledRegions, sampledRegionsGrad } from "./sampled-regions.ts";
import { sampleNatively, sampleNativelyBackward } from "./sampled-regions-tensorflow.ts";

export type Aligning = {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  /** 0: as many as a cell has whole or begun cells of the map. */
  readonly sampling: number;
  readonly aligned: boolean;
};

const sampler: Parameters<typeof sampledRegions<Aligning>>[0] = {
  name: "roiAlign",
  summary:
    "Features of R regions, [R, h, w, C]: each cell is the mean of bilinear samples of the region's level of the pyramid; zeros where the level is -1.",
  attributes: {
    sampling:
      "sample points of a cell along each axis; 0 is adaptive, ceil(side of the cell on the map's grid)",
    aligned: "whether a pixel's centre lies at +0.5, and regions may be smaller than a cell of the map",
  },
  constraints: { C6: "sampling is an integer of at least 0" },
  constrain({ sampling }) {
    constrain(Number.isInteger(sampling) && sampling >= 0, "C6", `sampling is ${sampling}`);
  },
  rule: alignRule,
  points: ({ sampling }) => (sampling || 2) ** 2,
  forward: (writer, inputs, shapes, how) =>
    how.sampling === 0
      ? alignAdaptively(writer, inputs, shapes, how)
      : sampleNatively(writer, inputs, shapes, alignFrame(how)),
  backward: (writer, inputs, shapes, how) =>
    how.sampling === 0
      ? alignAdaptivelyBackward(writer, inputs, shapes, how)
      : sampleNativelyBackward(writer, inputs, shapes, alignFrame(how)),
  plain: { size: [2, 2], sampling: 2, aligned: true, strides: [4] },
  broken: { C6: { sampling: -1 } },
  samples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [2, 3], sampling: 2, aligned: true, strides: [4, 8] },
    },
    {
      name: "not aligned, one sample a cell",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [3, 2], sampling: 1, aligned: false, strides: [4, 8] },
    },
    {
      name: "one cell of one sample, in a region smaller than a cell of the map",
      inputs: [twoLevels[0]!, ...smallRegion],
      attributes: { size: [1, 1], sampling: 1, aligned: false, strides: [4] },
    },
    {
      name: "adaptive",
      inputs: [...twoLevels, ...regions],
      attributes: { size: [2, 1], sampling: 0, aligned: false, strides: [4, 8] },
    },
    {
      name: "adaptive and aligned, in a region smaller than a cell of the map",
      inputs: [twoLevels[0]!, ...smallRegion],
      attributes: { size: [2, 2], sampling: 0, aligned: true, strides: [4] },
    },
  ],
  backwardSamples: [
    {
      name: "two levels, one region of none, one beyond the map",
      inputs: [gradient, ...regions],
      attributes: { size: [2, 2], sampling: 2, aligned: true, strides: [4, 8], shapes: twoShapes },
    },
    {
      name: "one cell of one sample",
      inputs: [{ dtype: "f32", shape: [1, 1, 1, 2], data: [2, -3] }, ...smallRegion],
      attributes: { size: [1, 1], sampling: 1, aligned: false, strides: [4], shapes: [[2, 4, 5, 2]] },
    },
    {
      name: "adaptive",
      inputs: [gradient, ...regions],
      attributes: { size: [2, 2], sampling: 0, aligned: false, strides: [4, 8], shapes: twoShapes },
    },
  ],
};

/** RoIAlign of regions over pyramid levels (He et al. 2017, section 3; Lin et al. 2017): torchvision's `roi_align`. */
export const roiAlign = sampledRegions(sampler);
export const roiAlignGrad = sampledRegionsGrad(sampler);

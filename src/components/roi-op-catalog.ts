/** Catalogue of ops that pool a region of a feature map to a fixed size. */
import { byName, type Component, type ParameterDef } from "../check/catalog.ts";
import { boolean, either, padding, positiveInteger, size, word } from "../check/kinds.ts";

const bins: ParameterDef = { kind: size, summary: "Bins, height by width." };
const context: ParameterDef = {
  kind: padding,
  default: [0, 0],
  summary:
    "Bins on each side that show what is around the region, which is enlarged for it: 16 in R-CNN (Girshick et al. 2014, appendix A).",
};
const reduce: ParameterDef = {
  kind: word("average", "max"),
  default: "average",
  summary: "What a bin keeps of its samples (He et al. 2017, table 2c).",
};

export const roiOps = byName<Component>([
  {
    name: "roiPool",
    role: "roiOp",
    summary:
      "The cells from round(x1 / stride) to round(x2 / stride), and so in height, in bins from floor(i * length / bins) to ceil((i + 1) * length / bins); the maximum of each. Gradient to the maximum.",
    source: "Girshick 2015, section 2.1; torchvision.ops.roi_pool",
    parameters: { size: bins },
  },
  {
    name: "roiWarp",
    role: "roiOp",
    summary:
      "The cells from round(x1 / stride) to round(x2 / stride), as roiPool takes them, in equal bins of bilinear samples.",
    source: "Dai et al. 2016, section 3.2, as He et al. 2017, section 4.2, describe it",
    parameters: {
      size: bins,
      sampling: {
        kind: positiveInteger,
        default: 2,
        summary: "Sample points along each side of a bin, at (i + 0.5) / sampling of it.",
      },
      reduce,
      context,
    },
  },
  {
    name: "roiAlign",
    role: "roiOp",
    summary:
      "The region from x1 / stride to x2 / stride, not rounded, in equal bins of bilinear samples. Gradient by the samples' weights.",
    source: "He et al. 2017, section 3; torchvision.ops.roi_align",
    parameters: {
      size: bins,
      sampling: {
        kind: either(positiveInteger, word("adaptive")),
        default: 2,
        summary: "Sample points along each side of a bin; `adaptive` takes ceil(side of the bin).",
      },
      aligned: {
        kind: boolean,
        default: false,
        summary: "Whether boxes shift by half a cell (torchvision's `aligned`).",
      },
      reduce,
      context,
    },
  },
  {
    name: "roiCrop",
    role: "roiOp",
    summary:
      "Crop and resize: one bilinear sample a bin, the first at x1 / stride, the last at x2 / stride, 0 outside the map. Not an RoIAlign: corners are sampled, not the middles of bins.",
    source: "TensorFlow's CropAndResize; Chen and Gupta 2017, section 2.2",
    parameters: { size: bins, context },
  },
]);

/** Catalogue of ops that pool a region of a feature map to a fixed size. */
import { byName, type Component } from "../check/catalog.ts";
import { boolean, either, positiveInteger, size, word } from "../check/kinds.ts";

export const roiOps = byName<Component>([
  {
    name: "roiPool",
    role: "roiOp",
    summary: "Maximum of each bin of a grid rounded to whole cells.",
    source: "Girshick 2015, section 2.1",
    parameters: { size: { kind: size, summary: "Bins, height by width." } },
  },
  {
    name: "roiAlign",
    role: "roiOp",
    summary: "Mean of bilinear samples in each bin, without rounding.",
    source: "He et al. 2017, section 3",
    parameters: {
      size: { kind: size, summary: "Bins, height by width." },
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
    },
  },
]);

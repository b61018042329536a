/** Catalogue of what proposes regions in a model without an RPN. */
import { byName, type Component } from "../../check/catalog.ts";
import { nonNegative, perMode, positiveInteger } from "../../check/kinds.ts";

export const proposals = byName<Component>([
  {
    name: "file",
    role: "proposals",
    summary:
      "Boxes that another program found, read from the file behind `--proposals`: the way of R-CNN and Fast R-CNN.",
    source: "Girshick et al. 2014, section 2.1; Girshick 2015, section 2.3",
    parameters: {
      count: {
        kind: perMode(positiveInteger),
        default: 2000,
        summary: "Most boxes an image; of more, those of highest score, or the first ones.",
      },
      minimumSize: {
        kind: nonNegative,
        default: 1e-3,
        summary: "Boxes with a side shorter than this many pixels, after resizing, go.",
      },
    },
  },
]);

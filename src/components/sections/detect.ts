/** Catalogue entry of `detect { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { boolean, fraction, nonNegative, positiveInteger, word } from "../../check/kinds.ts";

export const detect: Section = {
  name: "detect",
  summary: "Which scored boxes become detections.",
  source: "torchvision RoIHeads.postprocess_detections",
  parameters: {
    score: { kind: fraction, default: 0.05, summary: "Lowest score of a detection." },
    nms: {
      kind: fraction,
      default: 0.5,
      summary: "Overlap above which the lower scored of two boxes goes.",
    },
    perClass: {
      kind: boolean,
      default: true,
      summary: "Whether only boxes of the same class push each other out.",
    },
    keep: { kind: positiveInteger, default: 100, summary: "Detections an image." },
    minimumSize: {
      kind: nonNegative,
      default: 1e-2,
      summary: "Boxes with a side shorter than this many pixels go.",
    },
    maskThreshold: {
      kind: fraction,
      default: 0.5,
      summary: "Probability from which a pixel belongs to a mask.",
    },
    paste: {
      kind: word("rounded", "sampled"),
      default: "rounded",
      summary:
        "How a mask gets into the image: resized to the box in whole pixels (torchvision, Detectron), or sampled at the centre of each pixel (Detectron2).",
    },
  },
  sections: {},
};

/** Catalogue entry of `input { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { component, either, fraction, list, none, pixels } from "../../check/kinds.ts";
import { ownNormalization } from "../input-catalog.ts";

export const input: Section = {
  name: "input",
  summary: "How an image becomes the input of the backbone.",
  source: "torchvision GeneralizedRCNNTransform",
  parameters: {
    shortest: {
      kind: either(pixels, list(pixels), { kind: "range", minimum: 1, maximum: 100_000 }),
      default: 800,
      summary:
        "Shorter side after resizing, unless the longer would pass `longest`. Of a list or a range, training draws one for each image, and the last is that of test.",
    },
    longest: { kind: pixels, default: 1333, summary: "Upper limit of the longer side." },
    multiple: {
      kind: pixels,
      default: 32,
      summary: "Height and width are padded up to a multiple of it, below and to the right.",
    },
    normalize: {
      kind: either(component("normalization"), none, ownNormalization),
      default: "imagenet",
      summary:
        "What is subtracted from pixels and divided out: one of the usual, a record of all four, or `none`.",
    },
    flip: { kind: fraction, default: 0.5, summary: "Probability of a horizontal flip in training." },
  },
  sections: {},
};

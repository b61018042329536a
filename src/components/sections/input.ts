/** Catalogue entry of `input { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { component, fraction, pixels } from "../../check/kinds.ts";

export const input: Section = {
  name: "input",
  summary: "How an image becomes the input of the backbone.",
  source: "torchvision GeneralizedRCNNTransform",
  parameters: {
    shortest: {
      kind: pixels,
      default: 800,
      summary: "Shorter side after resizing, unless the longer would pass `longest`.",
    },
    longest: { kind: pixels, default: 1333, summary: "Upper limit of the longer side." },
    multiple: {
      kind: pixels,
      default: 32,
      summary: "Height and width are padded up to a multiple of it, below and to the right.",
    },
    normalize: {
      kind: component("normalization"),
      default: "imagenet",
      summary: "What is subtracted from pixels and divided out.",
    },
    flip: { kind: fraction, default: 0.5, summary: "Probability of a horizontal flip in training." },
  },
  sections: {},
};

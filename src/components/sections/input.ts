/** Catalogue entry of `input { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { component, either, fraction, list, none, pixels, size } from "../../check/kinds.ts";
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
    jitter: {
      kind: either(none, { kind: "range", minimum: 0.01, maximum: 10 }),
      default: null,
      summary:
        "Range of the factor that training draws for the size of each image: of the size that just fits into `crop`, where that is given (large-scale jitter: `0.1..2`), else of that by `shortest` and `longest`. Ghiasi et al. 2021, appendix A; torchvision's ScaleJitter.",
    },
    crop: {
      kind: either(size, none),
      default: null,
      summary:
        "Window, height by width in pixels, that training cuts out of each resized image at random; a smaller one is filled up with the mean of `normalize`, below and to the right. torchvision's and Detectron2's FixedSizeCrop.",
    },
    flip: { kind: fraction, default: 0.5, summary: "Probability of a horizontal flip in training." },
  },
  sections: {},
};

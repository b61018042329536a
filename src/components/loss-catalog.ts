/** Catalogue of losses. */
import { byName, type Component } from "../check/catalog.ts";
import { boolean, nonNegative } from "../check/kinds.ts";

export const losses = byName<Component>([
  {
    name: "binaryCrossEntropy",
    role: "loss",
    summary: "Cross entropy of one logit against a label of 0 or 1.",
    parameters: {},
  },
  {
    name: "softmaxCrossEntropy",
    role: "loss",
    summary: "Cross entropy of the softmax over classes, the background among them.",
    parameters: {},
  },
  {
    name: "sigmoidCrossEntropy",
    role: "loss",
    summary: "Binary cross entropy of each mask pixel.",
    source: "He et al. 2017, section 3",
    parameters: {
      perClass: { kind: boolean, default: true, summary: "One mask for each class, or one for all." },
    },
  },
  {
    name: "smoothL1",
    role: "loss",
    summary: "x^2 / (2 beta) where |x| < beta, else |x| - beta / 2; plain L1 at beta 0.",
    source: "Girshick 2015, equation 3",
    parameters: {
      beta: { kind: nonNegative, default: 1 / 9, summary: "Where the square turns into the line." },
    },
  },
]);

/** Catalogue of losses. */
import { byName, type Component } from "../check/catalog.ts";
import { boolean, fraction, nonNegative } from "../check/kinds.ts";

export const losses = byName<Component>([
  {
    name: "binaryCrossEntropy",
    role: "loss",
    summary: "Cross entropy of one logit against a label of 0 or 1.",
    source: "torchvision's RPN; torch.nn.functional.binary_cross_entropy_with_logits",
    parameters: {},
  },
  {
    name: "softmaxCrossEntropy",
    role: "loss",
    summary: "Cross entropy of the softmax over classes, the background among them.",
    source: "Girshick 2015, section 2.3",
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
    name: "focal",
    role: "loss",
    summary:
      "-alpha (1 - p)^gamma log(p) of each class against the rest, p the probability of what is right; divided by the positives.",
    source: "Lin et al. 2017, Focal loss, equation 5",
    parameters: {
      alpha: {
        kind: fraction,
        default: 0.25,
        summary: "Weight of positives; negatives have 1 - alpha.",
      },
      gamma: { kind: nonNegative, default: 2, summary: "How much less what is already right counts." },
    },
  },
  {
    name: "hinge",
    role: "loss",
    summary:
      "max(0, 1 - y s) of each class against the rest, y 1 or -1: linear support vector machines. Scores are shown as sigmoid(s).",
    source: "Girshick et al. 2014, section 2.3; Cortes and Vapnik 1995",
    parameters: {},
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
  {
    name: "l1",
    role: "loss",
    summary: "|x|.",
    source: "Detectron2, the default of its box losses",
    parameters: {},
  },
  {
    name: "iou",
    role: "loss",
    summary: "1 - IoU of the decoded box and the true one.",
    source: "Yu et al. 2016, in its linear form",
    parameters: {},
  },
  {
    name: "giou",
    role: "loss",
    summary: "1 - IoU + the share of the smallest box around both that neither covers.",
    source: "Rezatofighi et al. 2019, algorithm 1",
    parameters: {},
  },
  {
    name: "diou",
    role: "loss",
    summary: "1 - IoU + squared distance of the centres over the squared diagonal of the box around both.",
    source: "Zheng et al. 2020, equation 7",
    parameters: {},
  },
  {
    name: "ciou",
    role: "loss",
    summary: "`diou` + alpha v, v the squared difference of the angles of the diagonals.",
    source: "Zheng et al. 2020, equation 10",
    parameters: {},
  },
]);

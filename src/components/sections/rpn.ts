/** Catalogue entry of `rpn on LEVELS { ... }`. */
import type { Section } from "../../check/catalog.ts";
import {
  component,
  fraction,
  layers,
  nonNegative,
  perMode,
  positiveInteger,
  word,
} from "../../check/kinds.ts";
import { anchors } from "./anchors.ts";
import { coder, match, sample } from "./match-and-sample.ts";

const propose: Section = {
  name: "propose",
  summary: "Which decoded boxes become proposals.",
  source: "Ren et al. 2015, section 3.3",
  parameters: {
    before: {
      kind: perMode(positiveInteger),
      default: { train: 2000, test: 1000 },
      summary: "Highest scored boxes before NMS.",
    },
    beforeOver: {
      kind: word("level", "image"),
      default: "level",
      summary: "Whether `before` counts the boxes of each level or those of all levels together.",
    },
    nms: { kind: fraction, default: 0.7, summary: "Overlap above which the lower scored of two boxes goes." },
    separate: {
      kind: word("offset", "oneByOne"),
      derived: "`oneByOne` where `afterLevel` is given, else `offset`",
      summary:
        "How boxes of different levels are kept from suppressing each other: `offset` rounds the coordinates of up to 1000 boxes as torchvision does, which moves levels apart; `oneByOne` rounds none.",
    },
    afterLevel: {
      kind: perMode(positiveInteger),
      derived: "no limit",
      summary: "Boxes a level after NMS, before levels are joined (Detectron).",
    },
    after: {
      kind: perMode(positiveInteger),
      default: { train: 2000, test: 1000 },
      summary: "Boxes after NMS, all levels together.",
    },
    afterOver: {
      kind: word("image", "batch"),
      default: "image",
      summary:
        "Whether `after` counts the boxes of an image or, in training, those of all images of a step (Detectron issue 459).",
    },
    minimumSize: {
      kind: nonNegative,
      default: 1e-3,
      summary: "Boxes with a side shorter than this many pixels go.",
    },
    minimumScore: { kind: fraction, default: 0, summary: "Boxes with an objectness below it go." },
  },
  sections: {},
};

const loss: Section = {
  name: "loss",
  summary: "The two losses of the RPN.",
  source: "Ren et al. 2015, equation 1",
  parameters: {
    objectness: {
      kind: component("loss", "binaryCrossEntropy", "softmaxCrossEntropy", "focal"),
      default: "binaryCrossEntropy",
      summary: "`softmaxCrossEntropy` gives two outputs an anchor, the others one.",
    },
    boxes: {
      kind: component("loss", "smoothL1", "l1", "iou", "giou", "diou", "ciou"),
      default: { kind: "smoothL1", beta: 1 / 9 },
      summary: "Loss of the encoded boxes of positives.",
    },
    objectnessWeight: { kind: nonNegative, default: 1, summary: "Factor of the objectness loss in the sum." },
    boxesWeight: { kind: nonNegative, default: 1, summary: "Factor of the box loss in the sum." },
  },
  sections: {},
};

export const rpn: Section = {
  name: "rpn",
  summary: "Region proposal network.",
  source: "Ren et al. 2015, section 3.1",
  on: true,
  parameters: {
    head: { kind: layers, summary: "Layers before the two 1x1 convolutions, the same on every level." },
    initializer: {
      kind: component("initializer"),
      default: { kind: "normal", deviation: 0.01 },
      summary: "How the weights of the two 1x1 convolutions start; their biases start at 0.",
    },
  },
  sections: {
    anchors: { kind: "one", section: anchors, required: true },
    match: { kind: "one", section: match({ positive: 0.7, negative: 0.3, keepBest: true }), required: false },
    sample: {
      kind: "one",
      section: sample({ count: 256, positive: 0.5, only: ["random"] }),
      required: false,
    },
    coder: { kind: "one", section: coder([1, 1, 1, 1]), required: false },
    propose: { kind: "one", section: propose, required: false },
    loss: { kind: "one", section: loss, required: false },
  },
};

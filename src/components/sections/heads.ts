/** Catalogue entries of the kinds of heads: `head NAME: KIND { ... }`. */
import type { ParameterDef, Section } from "../../check/catalog.ts";
import { boolean, component, layers, name, nonNegative, positiveInteger } from "../../check/kinds.ts";
import { coder } from "./match-and-sample.ts";

const initializer: ParameterDef = {
  kind: component("initializer"),
  default: { kind: "uniformFanIn" },
  summary: "How the weights of the last layer start.",
};

/** Keys of every head. */
const common: Section["parameters"] = {
  from: {
    kind: name,
    derived: "`trunk`, unless the head has a `pool`",
    summary:
      "What the head continues: `trunk`, a layer inside it by its name, or by its path where it stands in a block (`trunk.block2.relu`), or another head, whose layers it shares. A mask head runs pool and trunk again on what is detected.",
  },
  pool: {
    kind: component("roiOp"),
    derived: "none: the head continues from the trunk",
    summary: "How regions are pooled for this head alone.",
  },
  layers: {
    kind: layers,
    derived: "none: the last layer follows at once",
    summary: "Layers of the head before its last one.",
  },
  weight: { kind: nonNegative, default: 1, summary: "Factor of the loss in the sum." },
  initializer,
  biasInitializer: { ...initializer, summary: "How the bias of the last layer starts." },
};

const withBackground = (what: string): ParameterDef => ({
  kind: boolean,
  default: true,
  summary: `Whether the background has ${what} of its own, which nothing trains: true in torchvision, false in Detectron2.`,
});

const classify: Section = {
  name: "classify",
  summary: "One score a class, by a dense layer; a softmax has one more for the background.",
  source: "Girshick 2015, section 2",
  parameters: {
    ...common,
    loss: {
      kind: component("loss", "softmaxCrossEntropy", "binaryCrossEntropy", "focal", "hinge"),
      default: "softmaxCrossEntropy",
      summary: "Loss of the class. All but the softmax score each class against the rest.",
    },
  },
  sections: {},
};

const regress: Section = {
  name: "regress",
  summary: "One encoded box, or one a class, by a dense layer.",
  source: "Girshick 2015, section 2",
  parameters: {
    ...common,
    perClass: { kind: boolean, default: true, summary: "Whether each class has a box of its own." },
    withBackground: withBackground("a box"),
    loss: {
      kind: component("loss", "smoothL1", "l1", "iou", "giou", "diou", "ciou"),
      default: { kind: "smoothL1", beta: 1 / 9 },
      summary: "Loss of the encoded box; those of the IoU family compare the decoded one.",
    },
  },
  sections: { coder: { kind: "one", section: coder([10, 10, 5, 5]), required: false } },
};

const segment: Section = {
  name: "segment",
  summary: "One mask a class, by a 1x1 convolution behind a map, or a dense layer behind a vector.",
  source: "He et al. 2017, section 3",
  parameters: {
    ...common,
    size: {
      kind: positiveInteger,
      derived: "the side of the map that `layers` give",
      summary: "Side of the mask in cells.",
    },
    withBackground: withBackground("a mask"),
    loss: {
      kind: component("loss", "sigmoidCrossEntropy", "softmaxCrossEntropy"),
      default: { kind: "sigmoidCrossEntropy", perClass: true },
      summary: "Loss of the mask's pixels: each class for itself, or the classes against one another.",
    },
  },
  sections: {},
};

export const headTypes: Readonly<Record<string, Section>> = { classify, regress, segment };

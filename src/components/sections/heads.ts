/** Catalogue entries of the kinds of heads: `head NAME: KIND { ... }`. */
import type { ParameterDef, Section } from "../../check/catalog.ts";
import { boolean, component, layers, nonNegative, word } from "../../check/kinds.ts";
import { coder } from "./match-and-sample.ts";

const from: ParameterDef = {
  kind: word("trunk"),
  default: "trunk",
  summary: "The value that the head continues.",
};
const weight: ParameterDef = { kind: nonNegative, default: 1, summary: "Factor of the loss in the sum." };
const initializer: ParameterDef = {
  kind: component("initializer"),
  default: { kind: "uniformFanIn" },
  summary: "How the weights of the last layer start.",
};
const biasInitializer: ParameterDef = {
  kind: component("initializer"),
  default: { kind: "uniformFanIn" },
  summary: "How the bias of the last layer starts.",
};

const classify: Section = {
  name: "classify",
  summary: "One score a class, the background first, by a dense layer.",
  source: "Girshick 2015, section 2",
  parameters: {
    from,
    loss: {
      kind: component("loss", "softmaxCrossEntropy"),
      default: "softmaxCrossEntropy",
      summary: "Loss of the class.",
    },
    weight,
    initializer,
    biasInitializer,
  },
  sections: {},
};

const regress: Section = {
  name: "regress",
  summary: "One encoded box, or one a class, by a dense layer.",
  source: "Girshick 2015, section 2",
  parameters: {
    from,
    perClass: { kind: boolean, default: true, summary: "Whether each class has a box of its own." },
    loss: {
      kind: component("loss", "smoothL1"),
      default: { kind: "smoothL1", beta: 1 / 9 },
      summary: "Loss of the encoded box.",
    },
    weight,
    initializer,
    biasInitializer,
  },
  sections: { coder: { kind: "one", section: coder([10, 10, 5, 5]), required: false } },
};

const segment: Section = {
  name: "segment",
  summary: "One mask a class, by a 1x1 convolution behind layers of its own.",
  source: "He et al. 2017, section 3",
  parameters: {
    pool: { kind: component("roiOp"), summary: "How regions are pooled for the masks." },
    layers: { kind: layers, summary: "Layers before the last convolution." },
    loss: {
      kind: component("loss", "sigmoidCrossEntropy"),
      default: { kind: "sigmoidCrossEntropy", perClass: true },
      summary: "Loss of the mask's pixels.",
    },
    weight,
    initializer,
    biasInitializer,
  },
  sections: {},
};

export const headTypes: Readonly<Record<string, Section>> = { classify, regress, segment };

/** Catalogue entry of `regions on LEVELS { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { boolean, component, layers, nonNegative, pixels, word } from "../../check/kinds.ts";
import { headTypes } from "./heads.ts";
import { match, sample } from "./match-and-sample.ts";

const assign: Section = {
  name: "assign",
  summary: "Which level a region is pooled from: floor(level + log2(sqrt(area) / size) + epsilon).",
  source: "Lin et al. 2017, equation 1",
  parameters: {
    size: { kind: pixels, default: 224, summary: "Side of a region that belongs to `level`." },
    level: {
      kind: { kind: "integer", minimum: 0 },
      default: 4,
      summary: "log2 of the stride of that level.",
    },
    epsilon: { kind: nonNegative, default: 1e-6, summary: "Added before rounding down." },
  },
  sections: {},
};

export const regions: Section = {
  name: "regions",
  summary: "What is done to each proposed region.",
  source: "Girshick 2015, section 2",
  on: true,
  parameters: {
    pool: {
      kind: component("roiOp"),
      summary: "How a region of a feature map becomes a grid of fixed size.",
    },
    trunk: { kind: layers, summary: "Layers that classifying and regressing heads share." },
    background: {
      kind: word("first", "last"),
      default: "first",
      summary: "Where the background stands among the classes: 0 in torchvision, K in Detectron2.",
    },
    addTruths: {
      kind: boolean,
      default: true,
      summary: "Whether the true boxes join the proposals in training.",
    },
  },
  sections: {
    assign: { kind: "one", section: assign, required: false },
    match: {
      kind: "one",
      section: match({ positive: 0.5, negative: 0.5, keepBest: false }),
      required: false,
    },
    sample: { kind: "one", section: sample({ count: 512, positive: 0.25 }), required: false },
    head: { kind: "typed", types: headTypes },
  },
};

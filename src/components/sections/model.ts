/** Catalogue entry of `model NAME { ... }`, the root of every text. */
import type { Section } from "../../check/catalog.ts";
import { component, network, word } from "../../check/kinds.ts";
import { conventions } from "./conventions.ts";
import { detect } from "./detect.ts";
import { input } from "./input.ts";
import { regions } from "./regions.ts";
import { rpn } from "./rpn.ts";
import { train } from "./train.ts";

export const model: Section = {
  name: "model",
  summary: "A region-based detector.",
  source: "Girshick et al. 2014; Ren et al. 2015; He et al. 2017",
  parameters: {
    classes: {
      kind: { kind: "integer", minimum: 1, maximum: 100_000 },
      derived: "the number of categories of the data set",
      summary: "Foreground classes.",
    },
    ...conventions,
    proposals: {
      kind: component("proposals"),
      derived: "the boxes that `rpn` proposes",
      summary: "Where regions come from in a model without `rpn`.",
    },
    boxWidth: {
      kind: word("difference", "inclusive"),
      default: "difference",
      summary:
        "`difference`: x2 - x1. `inclusive`: x2 - x1 + 1, as in py-faster-rcnn and Detectron: the last pixel belongs to a box, which RoI ops see as its end.",
    },
    backbone: { kind: network, summary: "From the image to named feature maps." },
  },
  sections: {
    input: { kind: "one", section: input, required: false },
    rpn: { kind: "one", section: rpn, required: false },
    regions: { kind: "one", section: regions, required: true },
    detect: { kind: "one", section: detect, required: false },
    train: { kind: "one", section: train, required: false },
  },
};

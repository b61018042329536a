/** Catalogue entry of `model NAME { ... }`, the root of every text. */
import type { Section } from "../../check/catalog.ts";
import { network } from "../../check/kinds.ts";
import { detect } from "./detect.ts";
import { input } from "./input.ts";
import { regions } from "./regions.ts";
import { rpn } from "./rpn.ts";
import { train } from "./train.ts";

export const model: Section = {
  name: "model",
  summary: "A region-based detector.",
  parameters: {
    classes: {
      kind: { kind: "integer", minimum: 1, maximum: 100_000 },
      derived: "the number of categories of the data set",
      summary: "Foreground classes.",
    },
    backbone: { kind: network, summary: "From the image to named feature maps." },
  },
  sections: {
    input: { kind: "one", section: input, required: false },
    rpn: { kind: "one", section: rpn, required: true },
    regions: { kind: "one", section: regions, required: true },
    detect: { kind: "one", section: detect, required: false },
    train: { kind: "one", section: train, required: false },
  },
};

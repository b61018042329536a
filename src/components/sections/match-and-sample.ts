/** Catalogue entries of `match`, `sample` and `coder`, which the RPN and the regions have with defaults of their own. */
import { byName, type Component, type Section } from "../../check/catalog.ts";
import {
  boolean,
  component,
  either,
  fraction,
  type Kind,
  list,
  positiveInteger,
  positiveNumber,
} from "../../check/kinds.ts";

const band: Kind = { kind: "range", minimum: 0, maximum: 1 };

interface MatchDefaults {
  readonly positive: number;
  readonly negative: number;
  readonly keepBest: boolean;
}

export const match = (defaults: MatchDefaults): Section => ({
  name: "match",
  summary: "Which boxes are positive and which negative, by their overlap with the true ones.",
  source: "Ren et al. 2015, section 3.1.2; Girshick 2015, section 2.3",
  parameters: {
    positive: {
      kind: fraction,
      default: defaults.positive,
      summary: "Overlap from which a box is positive.",
    },
    negative: {
      kind: either(fraction, band),
      default: defaults.negative,
      summary: "Overlap below which a box is negative, or the range of a negative's overlap.",
    },
    keepBest: {
      kind: boolean,
      default: defaults.keepBest,
      summary: "Whether each true box keeps the boxes of its highest overlap.",
    },
  },
  sections: {},
});

export const samplers = byName<Component>([
  {
    name: "random",
    role: "sampler",
    summary: "Positives and negatives at random, positives up to their share.",
    source: "Girshick 2015, section 2.3",
    parameters: {},
  },
  {
    name: "hardest",
    role: "sampler",
    summary:
      "Online hard-example mining: the boxes of highest loss, whichever class they are of; the loss is that of the heads as at inference.",
    source: "Shrivastava et al. 2016, section 4",
    parameters: {
      nms: {
        kind: fraction,
        default: 0.7,
        summary: "Overlap with a harder box above which a box is passed over.",
      },
    },
  },
]);

interface SampleDefaults {
  readonly count: number;
  readonly positive: number;
  /** Samplers that the stage can use; all unless given. */
  readonly only?: readonly string[];
}

export const sample = (defaults: SampleDefaults): Section => ({
  name: "sample",
  summary: "How many boxes of an image enter the loss.",
  source: "Girshick 2015, section 2.3",
  parameters: {
    count: { kind: positiveInteger, default: defaults.count, summary: "Boxes an image." },
    positive: {
      kind: { kind: "number", above: 0, maximum: 1 },
      default: defaults.positive,
      summary: "At most this share of them is positive, where the choice is `random`.",
    },
    choose: {
      kind: component("sampler", ...(defaults.only ?? [])),
      default: "random",
      summary: "Which of the matched boxes are taken.",
    },
  },
  sections: {},
});

export const coder = (weights: readonly [number, number, number, number]): Section => ({
  name: "coder",
  summary: "How a box is written as an offset from another.",
  source: "Girshick et al. 2014, appendix C",
  parameters: {
    weights: { kind: list(positiveNumber, 4), default: weights, summary: "Factors of dx, dy, dw, dh." },
    clamp: {
      kind: positiveNumber,
      default: Math.log(1000 / 16),
      summary: "Upper limit of dw and dh before the exponential.",
    },
  },
  sections: {},
});

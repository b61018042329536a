/** Catalogue entry of `train { ... }`. */
import type { Section } from "../../check/catalog.ts";
import { boolean, component, either, list, none, positiveNumber } from "../../check/kinds.ts";

export const train: Section = {
  name: "train",
  summary: "How long, in which steps and at which rate the model trains.",
  source: "Goyal et al. 2017, section 2.1",
  parameters: {
    images: {
      kind: { kind: "number", unit: "images", minimum: 1 },
      derived: "1.44e6 images, unless `steps` or `epochs` is given",
      summary: "Length of the run.",
    },
    epochs: {
      kind: { kind: "number", unit: "epochs", above: 0 },
      derived: "`images` over `epoch`",
      summary: "Length of the run in passes over a data set of `epoch` images, in place of `images`.",
    },
    epoch: {
      kind: { kind: "integer", unit: "images", minimum: 1 },
      derived: "none: nothing is counted in epochs",
      summary: "Images of an epoch: 117,266 of COCO's train2017 have objects.",
    },
    steps: {
      kind: { kind: "integer", unit: "iterations", minimum: 1 },
      derived: "images / batch",
      summary: "Length of the run in steps, in place of `images`.",
    },
    batch: { kind: { kind: "integer", unit: "images", minimum: 1 }, default: 16, summary: "Images a step." },
    optimizer: { kind: component("optimizer"), default: "sgd", summary: "How gradients change weights." },
    rate: {
      kind: { kind: "rate" },
      default: { value: 0.02, images: 16 },
      summary: "Learning rate; `0.02 per 16images` follows the batch.",
    },
    schedule: {
      kind: component("schedule"),
      default: { kind: "steps", at: [2 / 3, 8 / 9], factor: 0.1, warmup: { images: 8000 } },
      summary: "How the rate changes over the run.",
    },
    freeze: {
      kind: list({ kind: "text" }),
      derived: "nothing but what a `freeze` layer stands behind",
      summary: 'Paths of layers and heads that are not trained; `*` stands for any text: "backbone.c2.*".',
    },
    freezeStatistics: {
      kind: boolean,
      default: true,
      summary: "Whether frozen batch normalization keeps its running values and uses them in training.",
    },
    clip: {
      kind: either(none, positiveNumber),
      default: null,
      summary: "Upper limit of the norm of all gradients together.",
    },
  },
  sections: {},
};

/** Catalogue of optimizers and learning-rate schedules. */
import { byName, type Component, type ParameterDef } from "../check/catalog.ts";
import { boolean, fraction, list, nonNegative } from "../check/kinds.ts";

export const optimizers = byName<Component>([
  {
    name: "sgd",
    role: "optimizer",
    summary: "Stochastic gradient descent; momentum as in torch: slot = momentum * slot + gradient.",
    source: "Krizhevsky et al. 2012, section 5; torch.optim.SGD",
    parameters: {
      momentum: {
        kind: { kind: "number", minimum: 0, maximum: 0.9999 },
        default: 0.9,
        summary: "Share of the last step that is kept.",
      },
      weightDecay: {
        kind: nonNegative,
        default: 1e-4,
        summary: "Multiple of each weight added to its gradient.",
      },
      nesterov: {
        kind: boolean,
        default: false,
        summary:
          "Whether a step goes by gradient + momentum * slot (Sutskever et al. 2013), as torch's flag.",
      },
      biasRate: { kind: nonNegative, default: 1, summary: "Factor of the rate for biases; 2 in Caffe." },
      biasDecay: {
        kind: nonNegative,
        default: 1,
        summary: "Factor of the weight decay for biases; 0 in Caffe.",
      },
      normDecay: {
        kind: nonNegative,
        default: 1,
        summary: "Factor of the weight decay for scales and offsets of normalization; 0 in Detectron2.",
      },
    },
  },
]);

/** Both schedules begin with a warm-up. */
const warmup: Readonly<Record<"warmup" | "warmupFrom", ParameterDef>> = {
  warmup: {
    kind: { kind: "duration" },
    default: { iterations: 0 },
    summary: "First steps, over which the rate grows linearly; counted in images, fewer with a larger batch.",
  },
  warmupFrom: {
    kind: fraction,
    derived: "1 / warmup, which reaches the full rate one step earlier",
    summary: "Share of the rate at the first step: 0.001 in torchvision and Detectron2, 1/3 in Caffe2.",
  },
};

export const schedules = byName<Component>([
  {
    name: "steps",
    role: "schedule",
    summary: "A constant rate, multiplied by a factor at given moments, after a linear warm-up.",
    source: "Goyal et al. 2017, section 2.2; torch.optim.lr_scheduler.MultiStepLR",
    parameters: {
      at: {
        kind: list({ kind: "moment" }),
        default: [2 / 3, 8 / 9],
        summary: "Moments from which the factor holds.",
      },
      factor: {
        kind: { kind: "number", above: 0, maximum: 1 },
        default: 0.1,
        summary: "What the rate is multiplied by at each.",
      },
      ...warmup,
    },
  },
  {
    name: "cosine",
    role: "schedule",
    summary: "Half a cosine from the rate to a share of it over the run, after a linear warm-up.",
    source: "Loshchilov and Hutter 2017, equation 5",
    parameters: {
      end: { kind: fraction, default: 0, summary: "Share of the rate that is left at the end." },
      ...warmup,
    },
  },
]);

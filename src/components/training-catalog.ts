/** Catalogue of optimizers and learning-rate schedules. */
import { byName, type Component } from "../check/catalog.ts";
import { fraction, list, nonNegative } from "../check/kinds.ts";

export const optimizers = byName<Component>([
  {
    name: "sgd",
    role: "optimizer",
    summary: "Stochastic gradient descent; momentum as in torch: slot = momentum * slot + gradient.",
    parameters: {
      momentum: { kind: fraction, default: 0.9, summary: "Share of the last step that is kept." },
      weightDecay: {
        kind: nonNegative,
        default: 1e-4,
        summary: "Multiple of each weight added to its gradient.",
      },
    },
  },
]);

export const schedules = byName<Component>([
  {
    name: "steps",
    role: "schedule",
    summary: "A constant rate, multiplied by a factor at given moments, after a linear warm-up.",
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
      warmup: {
        kind: { kind: "integer", unit: "iterations", minimum: 0 },
        default: 0,
        summary: "First steps over which the rate grows: rate * (step + 1) / warmup.",
      },
    },
  },
]);

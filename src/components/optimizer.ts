/** The optimizer of a model as the graph column takes it: which weights are biases, and which belong to normalization. */
import type { OptimizerModel, TrainModel } from "../model/model.ts";

export function sgdOptions({ optimizer, clip }: TrainModel) {
  const { momentum, weightDecay, nesterov } = optimizer;
  return { momentum, weightDecay, nesterov, clip, factors: (weight: string) => factorsOf(optimizer, weight) };
}

/** Caffe's `lr_mult` and `decay_mult`, and Detectron2's `WEIGHT_DECAY_NORM`, by the last part of the weight's name. */
function factorsOf({ biasRate, biasDecay, normDecay }: OptimizerModel, weight: string) {
  if (weight.endsWith(".bias")) return { rate: biasRate, decay: biasDecay };
  if (/\.(scale|offset)$/.test(weight)) return { rate: 1, decay: normDecay };
  return { rate: 1, decay: 1 };
}

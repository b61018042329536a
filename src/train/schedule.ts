/** The learning rate of each step. */
import type { TrainModel } from "../model/model.ts";

/** `step` from 0: linear warm-up (Goyal et al. 2017), and a factor at each milestone. */
export function rateAt(train: TrainModel, step: number): number {
  const { at, factor, warmup } = train.schedule;
  const warm = warmup > 0 ? Math.min(1, (step + 1) / warmup) : 1;
  return train.rate * warm * factor ** at.filter((milestone) => step >= milestone).length;
}

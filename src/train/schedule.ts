/** The learning rate of each step. */
import type { ScheduleModel, TrainModel } from "../model/model.ts";

/** `step` from 0: linear warm-up (Goyal et al. 2017), and a factor at each milestone or half a cosine. */
export const rateAt = ({ rate, schedule, steps }: TrainModel, step: number): number =>
  rate * warmAt(schedule, step) * shareAt(schedule, step / steps, step);

function warmAt({ warmup, warmupFrom }: ScheduleModel, step: number): number {
  if (step >= warmup) return 1;
  return warmupFrom === null ? (step + 1) / warmup : warmupFrom + (1 - warmupFrom) * (step / warmup);
}

/** `done`: share of the run behind `step`. */
function shareAt(schedule: ScheduleModel, done: number, step: number): number {
  if (schedule.kind === "steps")
    return schedule.factor ** schedule.at.filter((milestone) => step >= milestone).length;
  return schedule.end + (1 - schedule.end) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
}

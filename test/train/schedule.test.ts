/** The learning rate of each step, against the formulas of torch's schedulers. */
import { expect, test } from "vitest";
import type { Model, ScheduleModel } from "../../src/model/model.ts";
import { rateAt } from "../../src/train/schedule.ts";
import { modelOf } from "../model/model-of.ts";

const config = "configs/faster-rcnn-nuclei.rcnn";
const { train } = await modelOf(config);

const rates = (schedule: ScheduleModel, steps: number, at: readonly number[]): readonly number[] =>
  at.map((step) => rateAt({ ...train, rate: 1, steps, schedule }, step));

const close = (got: readonly number[], wanted: readonly number[]): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, index) => {
    expect(value).toBeCloseTo(wanted[index]!, 10);
  });
};

test("steps: a factor at each, behind a warm-up that ends at the full rate", () => {
  const steps = { kind: "steps", at: [6, 8], factor: 0.1, warmup: 4, warmupFrom: null } as const;
  close(rates(steps, 10, [0, 1, 3, 4, 5, 6, 7, 8, 9]), [0.25, 0.5, 1, 1, 1, 0.1, 0.1, 0.01, 0.01]);
});

/** `LinearLR(start_factor, total_iters)` of torch, and Detectron2's `WarmupMultiStepLR`. */
test("a warm-up with a start factor is torch's LinearLR", () => {
  const steps = { kind: "steps", at: [], factor: 0.1, warmup: 4, warmupFrom: 0.2 } as const;
  close(rates(steps, 10, [0, 1, 2, 3, 4]), [0.2, 0.4, 0.6, 0.8, 1]);
});

/** `CosineAnnealingLR(T_max = steps, eta_min = end)` of torch. */
test("cosine falls from the rate to its share", () => {
  const cosine = { kind: "cosine", end: 0.1, warmup: 0, warmupFrom: null } as const;
  const quarter = 0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2);
  close(rates(cosine, 8, [0, 2, 4, 8]), [1, quarter, 0.55, 0.1]);
});

test("the text's schedule is the model's", async () => {
  const of = async (text: string): Promise<Model["train"]["schedule"]> =>
    (await modelOf(config, { sets: [`train.schedule=${text}`] })).train.schedule;
  expect(await of("cosine(end = 1%, warmup = 10iterations, warmupFrom = 1/3)")).toEqual({
    kind: "cosine",
    end: 0.01,
    warmup: 10,
    warmupFrom: 1 / 3,
  });
  expect(await of("steps(at = [50%])")).toEqual({
    kind: "steps",
    at: [100],
    factor: 0.1,
    warmup: 0,
    warmupFrom: null,
  });
});

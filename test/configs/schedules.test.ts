/** Schedules are counted in images: another batch changes rate, length, moments and warm-up by one rule. */
import { expect, test } from "vitest";
import { modelOf } from "../model/model-of.ts";

const config = "configs/detectron2/faster_rcnn_R_50_FPN_1x.rcnn";

const named = (times: 1 | 2 | 3): readonly string[] => [
  `train.images=images${times}x`,
  `train.schedule=steps(at = drops${times}x, factor = 0.1, warmup = warmupImages)`,
];

test.each([
  [1, 16, { steps: 90_000, rate: 0.02, at: [60_000, 80_000], warmup: 1000 }],
  [2, 16, { steps: 180_000, rate: 0.02, at: [120_000, 160_000], warmup: 1000 }],
  [3, 16, { steps: 270_000, rate: 0.02, at: [210_000, 250_000], warmup: 1000 }],
  [1, 8, { steps: 180_000, rate: 0.01, at: [120_000, 160_000], warmup: 2000 }],
  [3, 64, { steps: 67_500, rate: 0.08, at: [52_500, 62_500], warmup: 250 }],
  // What a step has too many of is not lost: the run sees as many images, rounded up to whole steps.
  [1, 7, { steps: 205_715, rate: 0.00875, at: [137_143, 182_858], warmup: 2286 }],
] as const)("%dx with %d images a step", async (times, batch, wanted) => {
  const { train } = await modelOf(config, { sets: [...named(times), `train.batch=${batch}`] });
  const { steps, rate, schedule } = train;
  expect(rate).toBeCloseTo(wanted.rate, 12);
  expect({
    steps,
    rate: wanted.rate,
    at: schedule.kind === "steps" && schedule.at,
    warmup: schedule.warmup,
  }).toEqual(wanted);
});

test("3x is what the configs of that name say", async () => {
  const [named3x, own] = await Promise.all([
    modelOf(config, { sets: named(3) }),
    modelOf("configs/detectron2/faster_rcnn_R_50_FPN_3x.rcnn"),
  ]);
  expect(own.train).toEqual(named3x.train);
});

test("the schedule of a profile is counted in images too", async () => {
  const text = `use "mask-rcnn-resnet50-c4"
model m extends mask_rcnn_resnet50_c4 { remove train  profile = caffe2017 }
`;
  const { train } = await modelOf("m.rcnn", { sets: ["train.batch=8"] }, text);
  expect(train).toMatchObject({
    steps: 180_000,
    rate: 0.01,
    schedule: { at: [120_000, 160_000], warmup: 1000 },
  });
});

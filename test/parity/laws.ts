/** What parity means on any back end: the same stages, choices, losses and detections as torchvision's tiny models. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  candidateDifferences,
  detectionDifferences,
  lossError,
  partnered,
  proposalDifferences,
  sampleDifferences,
} from "../../bench/parity/compare.ts";
import { detect } from "../../bench/parity/end-to-end.ts";
import { openStages, type Stages } from "../../bench/parity/measure.ts";
import type { Backend } from "../../src/runtime/index.ts";
import { openTiny, sampledError, type Tiny } from "./tiny.ts";

const limit = 1e-4;
const images = [0, 1, 2];

/** Stages whose outputs are numbers. */
const numeric = ["pyramid", "rpn", "pool", "heads", "maskPool", "mask"] as const;

export function parityTests(version: "v1" | "v2", backend: Backend): void {
  describe(`${version} on ${backend}`, () => definitions(version, backend));
}

function definitions(version: "v1" | "v2", backend: Backend): void {
  let tiny: Tiny;
  let stages: Stages;
  beforeAll(async () => {
    tiny = await openTiny(version);
    stages = await openStages(tiny.model, tiny.state, tiny.images, tiny.training, backend);
  }, 120_000);
  afterAll(async () => {
    await stages?.close();
    tiny?.remove();
  });
  const predict = (stage: string, image: number) =>
    stages.predict(stage, image, tiny.images[image]!.tensors)!;

  test.each(numeric)(`%s, fed what torchvision's is fed`, async (stage) => {
    for (const image of images) {
      const { outputs } = tiny.images[image]!;
      for (const [name, { data }] of Object.entries(await predict(stage, image))) {
        expect(sampledError(data, outputs[name]!), `${name} of image ${image}`).toBeLessThan(limit);
      }
    }
  });

  test(`the same boxes are proposed and detected`, async () => {
    for (const image of images) {
      const { tensors } = tiny.images[image]!;
      const [proposed, detected] = [await predict("proposals", image), await predict("detect", image)];
      expect(candidateDifferences(proposed, tensors).unexplained).toBe(0);
      expect(proposalDifferences(proposed, tensors, tiny.model).unexplained).toBe(0);
      expect(detectionDifferences(detected, tensors, tiny.model).unexplained).toBe(0);
    }
  });

  test(`the same anchors and regions are sampled`, async () => {
    const { tensors } = tiny.training;
    expect(sampleDifferences(await stages.train("sample", tensors), tensors)).toBe(0);
  });

  test(`the same losses of the same samples`, async () => {
    const { tensors, losses } = tiny.training;
    expect(lossError(await stages.train("losses", tensors), losses)).toBeLessThan(limit);
  });

  test(`the same detections from weight file and picture`, async () => {
    const found = await detect(tiny.run, tiny.files, backend);
    for (const image of images) {
      expect(found[image]!.boxes.length).toBe(10);
      expect(partnered(found[image]!, tiny.detections[image]!)).toBeGreaterThanOrEqual(0.94);
    }
  });
}

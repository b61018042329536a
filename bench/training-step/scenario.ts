/** One image of full size with more objects than a step samples positives, so that both peers train on as many regions. */
import type { Bucket } from "../../src/components/context.ts";
import { randomStream } from "../../src/support/random.ts";

export interface Scenario {
  readonly bucket: Bucket;
  /** RGB rows of the image, 0 to 255. */
  readonly pixels: Float32Array;
  /** x, y, width and height, whole pixels; each object fills its box. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  /** Classes from 1. */
  readonly labels: readonly number[];
}

const [height, width] = [800, 1216];
/** Positives are at most a quarter of 512 regions, and every object is a region of its own. */
const objects = 140;
const classes = 90;

export function createScenario(seed: number): Scenario {
  const uniform = randomStream(seed, "training step");
  const below = (limit: number) => Math.floor(uniform() * limit);
  const boxes = Array.from({ length: objects }, () => {
    const [w, h] = [32 + below(60), 32 + below(60)];
    return [below(width - w), below(height - h), w, h] as const;
  });
  const covered = boxes.reduce((sum, [, , w, h]) => sum + w * h, 0);
  return {
    bucket: { batch: 1, height, width, objects, pixels: covered },
    pixels: Float32Array.from({ length: height * width * 3 }, () => below(256)),
    boxes,
    labels: boxes.map(() => 1 + below(classes)),
  };
}

/** The feeds of every step: which images, flipped or not, and the noise that sampling uses. */
import { makeTrainingFeeds } from "../data/batch.ts";
import { classesOf } from "../data/class-ids.ts";
import type { Dataset, ImageRecord } from "../data/dataset.ts";
import type { ProposalFile } from "../data/proposals.ts";
import type { Size } from "../data/resize.ts";
import { createSampleReader } from "../data/sample.ts";
import type { Draw } from "../data/training-view.ts";
import type { TruthCapacity } from "../data/truth-capacity.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { HostTensor, HostTensors } from "../runtime/session.ts";
import { randomStream, shuffled } from "../support/random.ts";
import type { FunctionSpec } from "../targets/artifact.ts";

export interface BatchPlan {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly bucket: Size;
  readonly capacity: TruthCapacity;
  readonly signature: FunctionSpec;
  readonly seed: number;
  /** For a model without an RPN. */
  readonly proposals?: ProposalFile | null;
}

/** Feeds of step `step` (from 0) but for the learning rate; a function of the seed and the step alone. */
export type BatchMaker = (step: number) => Promise<Result<HostTensors>>;

export function createBatchMaker(plan: BatchPlan): BatchMaker {
  const { model, signature, seed, proposals } = plan;
  const masks = signature.inputs.some(({ name }) => name === "truthPixels");
  const read = createSampleReader({ masks });
  return async (step) => {
    const { value, diagnostics } = await makeTrainingFeeds(imagesOf(plan, step), {
      rule: model.input,
      draws: drawsOf(model, seed, step),
      fill: meanPixel(model.input),
      classes: classesOf(plan.dataset.categories, model.classIds),
      bucket: plan.bucket,
      capacity: plan.capacity,
      masks,
      read,
      proposals:
        proposals && model.proposals ? { count: model.proposals.count.train, file: proposals } : undefined,
    });
    return value ? { value: { ...value, ...noise(signature, seed, step) }, diagnostics } : { diagnostics };
  };
}

/** What is drawn for each image of a step, from streams of their own: none changes with what another is used for. */
function drawsOf(model: Model, seed: number, step: number): Draw[] {
  const [flip, jitter, crop] = ["flip", "jitter", "crop"].map((what) =>
    randomStream(seed, `${what}/${step}`),
  );
  return drawShortest(model, randomStream(seed, `shortest/${step}`)).map((shortest) => ({
    shortest,
    flipped: flip!() < model.input.flip,
    factor: jitter!(),
    down: crop!(),
    across: crop!(),
  }));
}

/** Red, green and blue from 0 to 255 of what becomes 0. */
function meanPixel({ mean, scale, order }: Model["input"]): readonly number[] {
  const pixel = mean.map((value) => value / scale);
  return order === "rgb" ? pixel : pixel.reverse();
}

/** The shorter side of each image of a step. */
function drawShortest({ input, train }: Model, random: () => number): number[] {
  const sizes = input.trainShortest;
  const [from, count] =
    sizes.kind === "range" ? [sizes.from, sizes.to - sizes.from + 1] : [0, sizes.sizes.length];
  return Array.from({ length: train.batch }, () => {
    const drawn = from + Math.min(Math.floor(random() * count), count - 1);
    return sizes.kind === "range" ? drawn : sizes.sizes[drawn]!;
  });
}

const orderOf = (epoch: number, images: readonly ImageRecord[], seed: number): ImageRecord[] =>
  shuffled(images, randomStream(seed, `epoch/${epoch}`));

/** The images in the order in which a run reads them first. */
export const firstEpoch = ({ images }: Dataset, seed: number): readonly ImageRecord[] =>
  orderOf(0, images, seed);

/** Every epoch is a permutation of its own; a batch may reach from one into the next. */
function imagesOf({ dataset, model, seed }: BatchPlan, step: number): ImageRecord[] {
  const { images } = dataset;
  const { batch } = model.train;
  const epochs = new Map<number, ImageRecord[]>();
  return Array.from({ length: batch }, (_, slot) => {
    const position = step * batch + slot;
    const epoch = Math.floor(position / images.length);
    const order = epochs.get(epoch) ?? orderOf(epoch, images, seed);
    epochs.set(epoch, order);
    return order[position % images.length]!;
  });
}

/** Uniform numbers for every input whose name ends in `Noise`. */
function noise(signature: FunctionSpec, seed: number, step: number): Record<string, HostTensor> {
  const inputs = signature.inputs.filter(({ name }) => name.endsWith("Noise"));
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const random = randomStream(seed, `${name}/${step}`);
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      // Rounding to f32 could reach 1: the graph needs [0, 1).
      for (let index = 0; index < data.length; index++) data[index] = Math.min(random(), 1 - 2 ** -24);
      return [name, { dtype: "f32", shape, data } satisfies HostTensor];
    }),
  );
}

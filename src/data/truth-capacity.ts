/** How many true objects and mask pixels a compiled training step must hold for a data set. */
import { runsBox } from "../support/run-lengths.ts";
import type { Dataset, ImageRecord } from "./dataset.ts";
import { mostResized } from "./mask-crop.ts";
import { trainedObjects } from "./sample.ts";
import { segmentationRuns } from "./segmentation.ts";
import { largestSize, type TrainingRule } from "./training-view.ts";

export interface TruthCapacity {
  /** Objects an image. */
  readonly objects: number;
  /** Mask pixels a batch. */
  readonly pixels: number;
}

const roundUp = (value: number, multiple: number): number =>
  Math.max(multiple, Math.ceil(value / multiple) * multiple);

/** Enough for `batch` times the image with the most of each; objects rounded up to a multiple of 8, pixels to one of 1024. */
export function truthCapacity(dataset: Dataset, rule: TrainingRule, batch: number): TruthCapacity {
  const most = (count: (record: ImageRecord) => number) =>
    dataset.images.reduce((maximum, record) => Math.max(maximum, count(record)), 0);
  return {
    objects: roundUp(
      most((record) => trainedObjects(record).length),
      8,
    ),
    pixels: roundUp(batch * most((record) => maskPixels(record, rule)), 1024),
  };
}

/** At the largest size of the image; no mask has more pixels than the window that is shown. */
function maskPixels(record: ImageRecord, rule: TrainingRule): number {
  const to = largestSize(record, rule);
  const most = rule.crop ?? to;
  return trainedObjects(record).reduce((sum, { segmentation }) => {
    if (!segmentation) return sum;
    const [, , width, height] = runsBox(segmentationRuns(segmentation, record.height, record.width));
    const across = Math.min(most.width, mostResized(width, record.width, to.width));
    return sum + across * Math.min(most.height, mostResized(height, record.height, to.height));
  }, 0);
}

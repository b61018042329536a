/** How many true objects and mask pixels a compiled training step must hold for a data set. */
import { runsBox } from "../support/run-lengths.ts";
import type { Dataset, ImageRecord } from "./dataset.ts";
import { resizedCropArea } from "./mask-crop.ts";
import { resizedSize, type SizeRule } from "./resize.ts";
import { trainedObjects } from "./sample.ts";
import { segmentationRuns } from "./segmentation.ts";

export interface TruthCapacity {
  /** Objects an image. */
  readonly objects: number;
  /** Mask pixels a batch. */
  readonly pixels: number;
}

const roundUp = (value: number, multiple: number): number =>
  Math.max(multiple, Math.ceil(value / multiple) * multiple);

/** Enough for `batch` times the image with the most of each; objects rounded up to a multiple of 8, pixels to one of 1024. */
export function truthCapacity(dataset: Dataset, rule: SizeRule, batch: number): TruthCapacity {
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

/** Nearest resizing is not symmetric, so a flipped image can take a little more. */
function maskPixels(record: ImageRecord, rule: SizeRule): number {
  const to = resizedSize(record, rule);
  let [plain, flipped] = [0, 0];
  for (const { segmentation } of trainedObjects(record)) {
    if (!segmentation) continue;
    const box = runsBox(segmentationRuns(segmentation, record.height, record.width));
    plain += resizedCropArea(box, record, to, false);
    flipped += resizedCropArea(box, record, to, true);
  }
  return Math.max(plain, flipped);
}

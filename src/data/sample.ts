/** Training samples: an image's pixels and the masks of its objects, kept in memory while they fit. */
import type { Result } from "../diagnostics/diagnostic.ts";
import type { ImageRecord, TruthObject } from "./dataset.ts";
import { cropMask, type MaskCrop } from "./mask-crop.ts";
import { type RgbImage, readImage } from "./read-image.ts";
import { segmentationRuns } from "./segmentation.ts";

export interface Sample {
  readonly record: ImageRecord;
  readonly image: RgbImage;
  /** Those that are trained on: all but crowds. */
  readonly objects: readonly TruthObject[];
  /** In the order of `objects`; empty where masks are not learnt. */
  readonly masks: readonly (MaskCrop | undefined)[];
}

/** Errors as `readImage`. */
export type SampleReader = (record: ImageRecord) => Promise<Result<Sample>>;

export interface SampleReaderOptions {
  /** Whether the masks of the objects are wanted. */
  readonly masks: boolean;
  /** Up to how many bytes of decoded samples are kept; 256 MiB unless given. */
  readonly cacheBytes?: number;
}

export const trainedObjects = (record: ImageRecord): readonly TruthObject[] =>
  record.objects.filter((object) => !object.crowd);

/** A reader that decodes each image once as long as the samples read so far fit into the cache, and each time beyond. */
export function createSampleReader({ masks, cacheBytes = 256 * 2 ** 20 }: SampleReaderOptions): SampleReader {
  const kept = new Map<string, Sample>();
  let bytes = 0;
  return async (record) => {
    const known = kept.get(record.path);
    if (known) return { value: known, diagnostics: [] };
    const { value: image, diagnostics } = await readImage(record.path);
    if (!image) return { diagnostics };
    const objects = trainedObjects(record);
    const sample = {
      record,
      image,
      objects,
      masks: masks ? objects.map((object) => objectMask(object, record)) : [],
    };
    const size = sampleBytes(sample);
    if (bytes + size <= cacheBytes && !kept.has(record.path)) {
      kept.set(record.path, sample);
      bytes += size;
    }
    return { value: sample, diagnostics };
  };
}

function objectMask({ segmentation }: TruthObject, { height, width }: ImageRecord): MaskCrop | undefined {
  return segmentation && cropMask(segmentationRuns(segmentation, height, width));
}

const sampleBytes = ({ image, masks }: Sample): number =>
  image.data.byteLength + masks.reduce((sum, mask) => sum + (mask?.data.byteLength ?? 0), 0);

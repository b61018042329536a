/** Batches as the compiled functions take them: resized, flipped and padded images with their true objects. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { ImageRecord } from "./dataset.ts";
import { flipImage } from "./flip.ts";
import { resizeCrop } from "./mask-crop.ts";
import { type ProposalFile, proposalFeeds, proposalsOf } from "./proposals.ts";
import { resizedSize, resizeIntoBatch, type Size, type SizeRule } from "./resize.ts";
import type { Sample, SampleReader } from "./sample.ts";
import type { TruthCapacity } from "./truth-capacity.ts";

/** Numbers on the host, row-major: what a session is fed. */
export interface FeedTensor {
  readonly dtype: "f32" | "i32" | "bool";
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type Feeds = Readonly<Record<string, FeedTensor>>;

export interface TrainingBatchOptions {
  readonly rule: SizeRule;
  /** For each image, what stands in for the rule's `shortest`. */
  readonly shortest?: readonly number[];
  /** Padded size in pixels; every image of the batch must fit in after resizing (`paddedSize`). */
  readonly bucket: Size;
  readonly capacity: TruthCapacity;
  /** The class of each category; its index + 1 unless given. */
  readonly classes?: readonly number[];
  /** Whether to feed masks too. */
  readonly masks: boolean;
  /** Probability of a horizontal flip. */
  readonly flip: number;
  /** Uniform in [0, 1); called once an image, in order. */
  readonly random: () => number;
  readonly read: SampleReader;
  /** Boxes from outside, of which the model takes so many an image; none where it proposes regions itself. */
  readonly proposals?: { readonly count: number; readonly file: ProposalFile } | undefined;
}

/**
 * With N images, G objects an image and P mask pixels a batch:
 *
 * - `images` f32 `[N, H, W, 3]`: RGB, 0 to 255, resized, zero in the padding.
 * - `imageSizes` f32 `[N, 2]`: height and width after resizing.
 * - `truthBoxes` f32 `[N, G, 4]`: corners in resized pixels.
 * - `truthLabels` i32 `[N, G]`: class of the model, from 1; 0 where there is no object.
 * - with masks, `truthPixels` bool `[P]`: the masks in resized pixels, each cut to a box around its ones, one after
 *   another; `truthOffsets` i32 `[N, G]`: where each starts; `truthCrops` i32 `[N, G, 4]`: that box as x, y, width,
 *   height, width 0 where there is none.
 *
 * - with proposals, those of `proposalFeeds`.
 *
 * Crowds are left out. Errors: those of `readImage`, `data/too-many-objects`, `data/too-many-pixels`.
 */
export async function makeTrainingFeeds(
  records: readonly ImageRecord[],
  options: TrainingBatchOptions,
): Promise<Result<Feeds>> {
  const flips = records.map(() => options.random() < options.flip);
  const results = await Promise.all(records.map(options.read));
  const diagnostics = results.flatMap((result) => result.diagnostics);
  const samples = results.flatMap((result) => result.value ?? []);
  diagnostics.push(...checkObjectCounts(samples, options.capacity));
  if (hasErrors(diagnostics)) return { diagnostics };
  const sizes = samples.map(({ image }, index) =>
    resizedSize(image, { ...options.rule, shortest: options.shortest?.[index] ?? options.rule.shortest }),
  );
  const feeds: Record<string, FeedTensor> = {
    ...imageFeeds(samples, sizes, flips, options.bucket),
    ...boxFeeds(samples, sizes, flips, options),
  };
  if (options.proposals) {
    const { count, file } = options.proposals;
    const images = samples.map(({ record, image }, index) => ({
      boxes: proposalsOf(file, record.fileName) ?? [],
      file: image,
      resized: sizes[index]!,
      flipped: flips[index]!,
    }));
    Object.assign(feeds, proposalFeeds(images, count));
  }
  if (options.masks) {
    const { value, diagnostics: problems } = maskFeeds(samples, sizes, flips, options.capacity);
    diagnostics.push(...problems);
    if (!value) return { diagnostics };
    Object.assign(feeds, value);
  }
  return { value: feeds, diagnostics };
}

function checkObjectCounts(samples: readonly Sample[], { objects: capacity }: TruthCapacity): Diagnostic[] {
  return samples
    .filter(({ objects }) => objects.length > capacity)
    .map(({ record, objects }) =>
      diagnose(dataCodes, "data/too-many-objects", { path: record.path, objects: objects.length, capacity }),
    );
}

function imageFeeds(
  samples: readonly Sample[],
  sizes: readonly Size[],
  flips: readonly boolean[],
  bucket: Size,
): Feeds {
  const { height, width } = bucket;
  const images = new Float32Array(samples.length * height * width * 3);
  for (const [index, { image }] of samples.entries()) {
    resizeIntoBatch(flips[index] ? flipImage(image) : image, sizes[index]!, images, index, bucket);
  }
  const imageSizes = Float32Array.from(sizes.flatMap((size) => [size.height, size.width]));
  return {
    images: { dtype: "f32", shape: [samples.length, height, width, 3], data: images },
    imageSizes: { dtype: "f32", shape: [samples.length, 2], data: imageSizes },
  };
}

function boxFeeds(
  samples: readonly Sample[],
  sizes: readonly Size[],
  flips: readonly boolean[],
  { capacity: { objects }, classes }: Pick<TrainingBatchOptions, "capacity" | "classes">,
): Feeds {
  const boxes = new Float32Array(samples.length * objects * 4);
  const labels = new Int32Array(samples.length * objects);
  for (const [index, sample] of samples.entries()) {
    const { width, height } = sample.image;
    // Single precision, as torchvision's `resize_boxes`.
    const ratioX = Math.fround(sizes[index]!.width / width);
    const ratioY = Math.fround(sizes[index]!.height / height);
    for (const [slot, { box, category }] of sample.objects.entries()) {
      const [x1, y1, x2, y2] = box;
      const [left, right] = flips[index] ? [width - x2, width - x1] : [x1, x2];
      const corners = [left * ratioX, y1 * ratioY, right * ratioX, y2 * ratioY];
      boxes.set(corners, (index * objects + slot) * 4);
      labels[index * objects + slot] = classes?.[category] ?? category + 1;
    }
  }
  return {
    truthBoxes: { dtype: "f32", shape: [samples.length, objects, 4], data: boxes },
    truthLabels: { dtype: "i32", shape: [samples.length, objects], data: labels },
  };
}

function maskFeeds(
  samples: readonly Sample[],
  sizes: readonly Size[],
  flips: readonly boolean[],
  capacity: TruthCapacity,
): Result<Feeds> {
  const pixels = new Uint8Array(capacity.pixels);
  const offsets = new Int32Array(samples.length * capacity.objects);
  const crops = new Int32Array(samples.length * capacity.objects * 4);
  let used = 0;
  for (const [index, { image, masks }] of samples.entries()) {
    for (const [slot, mask] of masks.entries()) {
      if (!mask) continue;
      const crop = resizeCrop(mask, image, sizes[index]!, flips[index]!);
      if (crop.data.length === 0) continue;
      const at = index * capacity.objects + slot;
      offsets[at] = used;
      crops.set([crop.x, crop.y, crop.width, crop.height], at * 4);
      if (used + crop.data.length <= capacity.pixels) pixels.set(crop.data, used);
      used += crop.data.length;
    }
  }
  if (used > capacity.pixels) {
    const paths = samples.map(({ record }) => record.path);
    const values = { paths, pixels: used, capacity: capacity.pixels };
    return { diagnostics: [diagnose(dataCodes, "data/too-many-pixels", values)] };
  }
  const shape = [samples.length, capacity.objects];
  const value: Feeds = {
    truthPixels: { dtype: "bool", shape: [capacity.pixels], data: pixels },
    truthOffsets: { dtype: "i32", shape, data: offsets },
    truthCrops: { dtype: "i32", shape: [...shape, 4], data: crops },
  };
  return { value, diagnostics: [] };
}

/** Batches as the compiled functions take them: resized, flipped and padded images with their true objects. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import type { ImageRecord } from "./dataset.ts";
import { flipImage } from "./flip.ts";
import { type MaskCrop, resizeCrop, windowedCrop } from "./mask-crop.ts";
import { type ProposalFile, proposalFeeds, proposalsOf } from "./proposals.ts";
import { resizeBilinear, type Size } from "./resize.ts";
import type { Sample, SampleReader } from "./sample.ts";
import { boxInView, type Draw, type TrainingRule, type View, viewOf } from "./training-view.ts";
import type { TruthCapacity } from "./truth-capacity.ts";

/** Numbers on the host, row-major: what a session is fed. */
export interface FeedTensor {
  readonly dtype: "f32" | "i32" | "bool";
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type Feeds = Readonly<Record<string, FeedTensor>>;

export interface TrainingBatchOptions {
  readonly rule: TrainingRule;
  /** What is drawn for each image. */
  readonly draws: readonly Draw[];
  /** Padded size in pixels; every image of the batch must fit in as it is shown (`paddedTrainingSize`). */
  readonly bucket: Size;
  /** Red, green and blue of what a window shows beyond its image; black unless given. */
  readonly fill?: readonly number[];
  readonly capacity: TruthCapacity;
  /** The class of each category; its index + 1 unless given. */
  readonly classes?: readonly number[];
  /** Whether to feed masks too. */
  readonly masks: boolean;
  readonly read: SampleReader;
  /** Boxes from outside, of which the model takes so many an image; none where it proposes regions itself. */
  readonly proposals?: { readonly count: number; readonly file: ProposalFile } | undefined;
}

/** A sample with what is seen of its objects. */
interface ShownSample {
  readonly sample: Sample;
  readonly view: View;
  readonly objects: readonly {
    readonly box: readonly number[];
    readonly category: number;
    readonly mask: MaskCrop | undefined;
  }[];
}

/**
 * With N images, G objects an image and P mask pixels a batch:
 *
 * - `images` f32 `[N, H, W, 3]`: RGB, 0 to 255, as they are shown, zero in the padding.
 * - `imageSizes` f32 `[N, 2]`: height and width as they are shown.
 * - `truthBoxes` f32 `[N, G, 4]`: corners in pixels shown.
 * - `truthLabels` i32 `[N, G]`: class of the model, from 1; 0 where there is no object.
 * - with masks, `truthPixels` bool `[P]`: the masks in pixels shown, each cut to a box around its ones, one after
 *   another; `truthOffsets` i32 `[N, G]`: where each starts; `truthCrops` i32 `[N, G, 4]`: that box as x, y, width,
 *   height, width 0 where there is none.
 *
 * - with proposals, those of `proposalFeeds`.
 *
 * Crowds are left out, and objects that a window does not show. Errors: those of `readImage`, `data/too-many-objects`, `data/too-many-pixels`.
 */
export async function makeTrainingFeeds(
  records: readonly ImageRecord[],
  options: TrainingBatchOptions,
): Promise<Result<Feeds>> {
  const results = await Promise.all(records.map(options.read));
  const diagnostics = results.flatMap((result) => result.diagnostics);
  const samples = results.flatMap((result) => result.value ?? []);
  diagnostics.push(...checkObjectCounts(samples, options.capacity));
  if (hasErrors(diagnostics)) return { diagnostics };
  const shown = samples.map((sample, index) => shownSample(sample, options, options.draws[index]!));
  const feeds: Record<string, FeedTensor> = { ...imageFeeds(shown, options), ...boxFeeds(shown, options) };
  if (options.proposals) {
    const { count, file } = options.proposals;
    const images = shown.map(({ sample, view }) => ({
      boxes: proposalsOf(file, sample.record.fileName) ?? [],
      view,
    }));
    Object.assign(feeds, proposalFeeds(images, count));
  }
  if (options.masks) {
    const { value, diagnostics: problems } = maskFeeds(shown, options.capacity);
    diagnostics.push(...problems);
    if (!value) return { diagnostics };
    Object.assign(feeds, value);
  }
  return { value: feeds, diagnostics };
}

function shownSample(
  sample: Sample,
  { rule, masks }: Pick<TrainingBatchOptions, "rule" | "masks">,
  draw: Draw,
): ShownSample {
  const view = viewOf(sample.image, rule, draw);
  const objects = sample.objects.flatMap(({ box, category }, index) => {
    const corners = boxInView(view, box);
    const mask = masks ? sample.masks[index] : undefined;
    return corners ? [{ box: corners, category, mask: mask && maskInView(mask, view) }] : [];
  });
  return { sample, view, objects };
}

const maskInView = (mask: MaskCrop, { file, resized, flipped, window, offset }: View): MaskCrop =>
  windowedCrop(resizeCrop(mask, file, resized, flipped), window, offset);

function checkObjectCounts(samples: readonly Sample[], { objects: capacity }: TruthCapacity): Diagnostic[] {
  return samples
    .filter(({ objects }) => objects.length > capacity)
    .map(({ record, objects }) =>
      diagnose(dataCodes, "data/too-many-objects", { path: record.path, objects: objects.length, capacity }),
    );
}

function imageFeeds(
  shown: readonly ShownSample[],
  { bucket, fill = [0, 0, 0] }: Pick<TrainingBatchOptions, "bucket" | "fill">,
): Feeds {
  const { height, width } = bucket;
  const images = new Float32Array(shown.length * height * width * 3);
  for (const [index, { sample, view }] of shown.entries()) {
    const { frame, window, resized, offset, flipped } = view;
    invariant(frame.height <= height && frame.width <= width, "an image is larger than its bucket");
    const batch = images.subarray(index * height * width * 3, (index + 1) * height * width * 3);
    if (window.width < frame.width || window.height < frame.height) fillFrame(batch, frame, width, fill);
    const source = { ...(flipped ? flipImage(sample.image) : sample.image), channels: 3 };
    resizeBilinear(source, resized, batch, offset * 3, width * 3, window);
  }
  const imageSizes = Float32Array.from(shown.flatMap(({ view: { frame } }) => [frame.height, frame.width]));
  return {
    images: { dtype: "f32", shape: [shown.length, height, width, 3], data: images },
    imageSizes: { dtype: "f32", shape: [shown.length, 2], data: imageSizes },
  };
}

function fillFrame(image: Float32Array, frame: Size, rowWidth: number, fill: readonly number[]): void {
  for (let y = 0; y < frame.height; y++)
    for (let x = 0; x < frame.width; x++) image.set(fill, (y * rowWidth + x) * 3);
}

function boxFeeds(
  shown: readonly ShownSample[],
  { capacity: { objects }, classes }: Pick<TrainingBatchOptions, "capacity" | "classes">,
): Feeds {
  const boxes = new Float32Array(shown.length * objects * 4);
  const labels = new Int32Array(shown.length * objects);
  for (const [index, sample] of shown.entries()) {
    for (const [slot, { box, category }] of sample.objects.entries()) {
      boxes.set(box, (index * objects + slot) * 4);
      labels[index * objects + slot] = classes?.[category] ?? category + 1;
    }
  }
  return {
    truthBoxes: { dtype: "f32", shape: [shown.length, objects, 4], data: boxes },
    truthLabels: { dtype: "i32", shape: [shown.length, objects], data: labels },
  };
}

function maskFeeds(shown: readonly ShownSample[], capacity: TruthCapacity): Result<Feeds> {
  const pixels = new Uint8Array(capacity.pixels);
  const offsets = new Int32Array(shown.length * capacity.objects);
  const crops = new Int32Array(shown.length * capacity.objects * 4);
  let used = 0;
  for (const [index, { objects }] of shown.entries()) {
    for (const [slot, { mask }] of objects.entries()) {
      if (!mask || mask.data.length === 0) continue;
      const at = index * capacity.objects + slot;
      offsets[at] = used;
      crops.set([mask.x, mask.y, mask.width, mask.height], at * 4);
      if (used + mask.data.length <= capacity.pixels) pixels.set(mask.data, used);
      used += mask.data.length;
    }
  }
  if (used > capacity.pixels) {
    const paths = shown.map(({ sample }) => sample.record.path);
    const values = { paths, pixels: used, capacity: capacity.pixels };
    return { diagnostics: [diagnose(dataCodes, "data/too-many-pixels", values)] };
  }
  const shape = [shown.length, capacity.objects];
  const value: Feeds = {
    truthPixels: { dtype: "bool", shape: [capacity.pixels], data: pixels },
    truthOffsets: { dtype: "i32", shape, data: offsets },
    truthCrops: { dtype: "i32", shape: [...shape, 4], data: crops },
  };
  return { value, diagnostics: [] };
}

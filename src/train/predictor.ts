/** A trained run that detects: images in, detections in their own pixels out. */
import { buildProgram } from "../compile.ts";
import { functionsOf } from "../components/buckets.ts";
import type { Bucket } from "../components/context.ts";
import type { Detection } from "../data/dataset.ts";
import { predictionFeeds, type ResizedImage, resizeForPrediction } from "../data/prediction-feeds.ts";
import { proposalFeeds, proposalsOf } from "../data/proposals.ts";
import type { RgbImage } from "../data/read-image.ts";
import { paddedSize, type Size } from "../data/resize.ts";
import { wholeView } from "../data/training-view.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Session } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import type { BackendChoice, Log, PredictionChoice } from "./api.ts";
import { bucketOf, predictionBuckets } from "./buckets.ts";
import { loadCheckpoint } from "./checkpoint.ts";
import { openProgram } from "./open-program.ts";
import { proposalsFor } from "./proposals.ts";
import { readDetections } from "./read-detections.ts";
import { type Run, readRun } from "./run-file.ts";

/** The compiled function for one size of images. */
export interface NamedBucket extends Bucket {
  readonly name: string;
}

/** An image on its way into a batch. */
export interface PreparedImage {
  readonly name: string;
  readonly image: RgbImage;
  readonly bucket: NamedBucket;
  readonly resized: ResizedImage;
}

export interface Predictor {
  readonly run: Run;
  /** Images a call. */
  readonly batch: number;
  /** Calls that may wait at the back end; one where it computes on the caller's thread. */
  readonly calls: number;
  /** Resizes an image of one of the sizes that the predictor was opened for. */
  readonly prepare: (image: RgbImage, name: string) => PreparedImage;
  /** Detections of each of 1 to `batch` images of one bucket. */
  readonly detect: (images: readonly PreparedImage[]) => Promise<readonly (readonly Detection[])[]>;
  readonly close: () => Promise<void>;
}

export interface PredictorOptions extends BackendChoice, PredictionChoice {
  /** Boxes for a model without an RPN, by the names of images. */
  readonly proposals?: string;
  /** Those of a data set, for a run that has no names for its own. */
  readonly categories?: Run["categories"];
  readonly log?: Log;
}

/** An image of a file: its name and size. */
export interface NamedSize extends Size {
  readonly name: string;
}

/** Opens the latest checkpoint of `folder` for `images`. Throws `RuntimeFault`s of the back end. */
export async function openPredictor(
  folder: string,
  images: readonly NamedSize[],
  options: PredictorOptions,
): Promise<Result<Predictor>> {
  const { value: read, diagnostics } = await readRun(folder);
  if (!read) return { diagnostics };
  const run = options.categories ? { ...read, categories: options.categories } : read;
  const checkpoint = await loadCheckpoint(folder);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const { model } = run;
  const names = images.map(({ name }) => name);
  const proposals = await proposalsFor(model, options.proposals, names);
  if (proposals.value === undefined) return { diagnostics: proposals.diagnostics };
  const batch = options.batch ?? 1;
  const sizes = images.map((size) => paddedSize(size, model.input));
  const buckets = predictionBuckets(sizes, options.exact ?? false);
  const functions = functionsOf("predict", buckets, { batch, objects: 0, pixels: 0 });
  const program = buildProgram(model, { predict: functions }, { precision: options.precision });
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, options, options.log);
  options.log?.(`Image sizes: ${sizesText(buckets)}.`);
  await writeState(session, checkpoint.value.state);
  const named = Object.entries(functions).map(([name, bucket]) => ({ name, ...bucket }));
  return {
    value: predictorOf({ run, session, buckets: named, proposals: proposals.value }),
    diagnostics: [],
  };
}

interface Opened {
  readonly run: Run;
  readonly session: Session;
  readonly buckets: readonly NamedBucket[];
  readonly proposals: Parameters<typeof proposalsOf>[0] | null;
}

function predictorOf({ run, session, buckets, proposals }: Opened): Predictor {
  const { model } = run;
  const outsideFeeds = (images: readonly PreparedImage[]) => {
    if (!model.proposals || !proposals) return {};
    const proposed = images.map(({ name, image, resized }) => {
      const boxes = proposalsOf(proposals, name) ?? [];
      return { boxes, view: wholeView(image, resized.size) };
    });
    return proposalFeeds(proposed, model.proposals.count.test);
  };
  const { batch } = buckets[0]!;
  return {
    run,
    batch,
    calls: session.backend === "native" ? 2 : 1,
    prepare: (image, name) => {
      const bucket = bucketOf(buckets, paddedSize(image, model.input));
      invariant(bucket, "the predictor was opened for this image's size");
      return { name, image, bucket, resized: resizeForPrediction(image, model.input, bucket) };
    },
    detect: async (images) => {
      const { bucket } = images[0]!;
      // Shapes are fixed: the last image fills a batch that is not full.
      const whole = Array.from({ length: batch }, (_, index) => images[index] ?? images.at(-1)!);
      const resized = whole.map((each) => each.resized);
      const feeds = { ...predictionFeeds(resized, bucket), ...outsideFeeds(whole) };
      const outputs = await session.run(bucket.name, feeds);
      return images.map(({ image, resized: { scale } }, index) =>
        readDetections(run, outputs, { file: image, scale }, index),
      );
    },
    close: () => session.close(),
  };
}

const sizesText = (sizes: readonly Size[]): string =>
  sizes.map(({ height, width }) => `${height}x${width}`).join(", ");

/** What the functions read of a checkpoint; prediction needs no momentum. */
async function writeState(session: Session, state: Parameters<Session["write"]>[0]): Promise<void> {
  const wanted = new Set(session.signatures.state.map(({ name }) => name));
  await session.write(Object.fromEntries(Object.entries(state).filter(([name]) => wanted.has(name))));
}

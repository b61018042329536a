/** A trained run that detects: images in, detections in their own pixels out. */
import { buildProgram } from "../compile.ts";
import { functionsOf } from "../components/buckets.ts";
import type { Bucket } from "../components/context.ts";
import type { Feeds } from "../data/batch.ts";
import { classesOf } from "../data/class-ids.ts";
import type { Detection } from "../data/dataset.ts";
import { pasteMask } from "../data/paste-mask.ts";
import { pasteMaskSampled } from "../data/paste-mask-sampled.ts";
import { makePredictionFeeds, scaleBox } from "../data/prediction-feeds.ts";
import { type ProposalFile, proposalFeeds, proposalsOf } from "../data/proposals.ts";
import type { RgbImage } from "../data/read-image.ts";
import { paddedSize, resizedSize, type Size } from "../data/resize.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import type { BackendChoice, Log } from "./api.ts";
import { bucketOf, chooseBuckets } from "./buckets.ts";
import { loadCheckpoint } from "./checkpoint.ts";
import { openProgram } from "./open-program.ts";
import { proposalsFor } from "./proposals.ts";
import { type Run, readRun } from "./run-file.ts";

export interface Predictor {
  readonly run: Run;
  /** Detections by descending score. */
  readonly predict: (image: RgbImage, name: string) => Promise<readonly Detection[]>;
  readonly close: () => Promise<void>;
}

/** Functions over shared variables cost little each, so few image sizes have to share one. */
const bucketLimit = 8;

export interface PredictorOptions extends BackendChoice {
  /** Boxes for a model without an RPN, by the names of images. */
  readonly proposals?: string;
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
  const { value: run, diagnostics } = await readRun(folder);
  if (!run) return { diagnostics };
  const checkpoint = await loadCheckpoint(folder);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const { model } = run;
  const names = images.map(({ name }) => name);
  const proposals = await proposalsFor(model, options.proposals, names);
  if (proposals.value === undefined) return { diagnostics: proposals.diagnostics };
  const functions = predictFunctions(model, images);
  const program = buildProgram(model, { predict: functions });
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, options, options.log);
  const wanted = new Set(session.signatures.state.map(({ name }) => name));
  const state = Object.entries(checkpoint.value.state).filter(([name]) => wanted.has(name));
  await session.write(Object.fromEntries(state));
  const buckets = Object.entries(functions).map(([name, bucket]) => ({ name, ...bucket }));
  const predict = async (image: RgbImage, name: string) => {
    const bucket = bucketOf(buckets, paddedSize(image, model.input));
    invariant(bucket, "the predictor was opened for this image's size");
    const { feeds, scales } = makePredictionFeeds([image], model.input, bucket);
    const outputs = await session.run(bucket.name, {
      ...feeds,
      ...outsideFeeds(model, proposals.value ?? null, image, name),
    });
    return readDetections(run, outputs, scales[0]!, image);
  };
  return { value: { run, predict, close: () => session.close() }, diagnostics: [] };
}

/** The boxes that a model without an RPN looks at. */
function outsideFeeds(
  { proposals, input }: Model,
  file: ProposalFile | null,
  image: RgbImage,
  name: string,
): Feeds {
  if (!proposals || !file) return {};
  const boxes = proposalsOf(file, name) ?? [];
  const resized = resizedSize(image, input);
  return proposalFeeds([{ boxes, file: image, resized, flipped: false }], proposals.count.test);
}

/** `predict`, or one `predict_HxW` for each bucket. */
function predictFunctions(model: Model, sizes: readonly Size[]): Record<string, Bucket> {
  const padded = sizes.map((size) => paddedSize(size, model.input));
  return functionsOf("predict", chooseBuckets(padded, bucketLimit), { batch: 1, objects: 0, pixels: 0 });
}

/** Detections in pixels of the image, from what `predict` gives for it. */
export function readDetections(
  { model, categories }: Run,
  outputs: HostTensors,
  scale: { readonly x: number; readonly y: number },
  image: RgbImage,
): Detection[] {
  const { boxes, scores, labels, valid, masks } = outputs;
  invariant(boxes && scores && labels && valid, "predict gives boxes, scores, labels and valid");
  const { maskThreshold, paste: way } = model.detect;
  const paste = way === "sampled" ? pasteMaskSampled : pasteMask;
  const classes = classesOf(categories, model.classIds);
  const side = masks?.shape[2] ?? 0;
  const detections: Detection[] = [];
  for (let index = 0; index < valid.data.length; index++) {
    const category = classes.indexOf(labels.data[index]!);
    // A class without a category is an id that the data set passes over.
    if (!valid.data[index] || category < 0) continue;
    const box = scaleBox(boxes.data.subarray(index * 4, index * 4 + 4), scale);
    const pixels =
      masks && (masks.data.subarray(index * side * side, (index + 1) * side * side) as Float32Array);
    detections.push({
      box,
      score: scores.data[index]!,
      category,
      ...(pixels && { mask: paste(pixels, side, box, image, maskThreshold) }),
    });
  }
  return detections;
}

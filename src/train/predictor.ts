/** A trained run that detects: images in, detections in their own pixels out. */
import { buildProgram } from "../compile.ts";
import { functionsOf } from "../components/buckets.ts";
import type { Bucket } from "../components/context.ts";
import type { Detection } from "../data/dataset.ts";
import { pasteMask } from "../data/paste-mask.ts";
import { makePredictionFeeds, scaleBox } from "../data/prediction-feeds.ts";
import type { RgbImage } from "../data/read-image.ts";
import { paddedSize, type Size } from "../data/resize.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import type { BackendChoice, Log } from "./api.ts";
import { bucketOf, chooseBuckets } from "./buckets.ts";
import { loadCheckpoint } from "./checkpoint.ts";
import { openProgram } from "./open-program.ts";
import { type Run, readRun } from "./run-file.ts";

export interface Predictor {
  readonly run: Run;
  /** Detections by descending score. */
  readonly predict: (image: RgbImage) => Promise<readonly Detection[]>;
  readonly close: () => Promise<void>;
}

/** Functions over shared variables cost little each, so few image sizes have to share one. */
const bucketLimit = 8;

/** Opens the latest checkpoint of `folder` for images of `sizes` (of the files). Throws `RuntimeFault`s of the back end. */
export async function openPredictor(
  folder: string,
  sizes: readonly Size[],
  choice: BackendChoice,
  log?: Log,
): Promise<Result<Predictor>> {
  const { value: run, diagnostics } = await readRun(folder);
  if (!run) return { diagnostics };
  const checkpoint = await loadCheckpoint(folder);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  const { model } = run;
  const functions = predictFunctions(model, sizes);
  const program = buildProgram(model, { predict: functions });
  if (!program.value) return { diagnostics: program.diagnostics };
  const session = await openProgram(program.value, choice, log);
  const wanted = new Set(session.signatures.state.map(({ name }) => name));
  const state = Object.entries(checkpoint.value.state).filter(([name]) => wanted.has(name));
  await session.write(Object.fromEntries(state));
  const buckets = Object.entries(functions).map(([name, bucket]) => ({ name, ...bucket }));
  const predict = async (image: RgbImage) => {
    const bucket = bucketOf(buckets, paddedSize(image, model.input));
    invariant(bucket, "the predictor was opened for this image's size");
    const { feeds, scales } = makePredictionFeeds([image], model.input, bucket);
    const outputs = await session.run(bucket.name, feeds);
    return readDetections(model, outputs, scales[0]!, image);
  };
  return { value: { run, predict, close: () => session.close() }, diagnostics: [] };
}

/** `predict`, or one `predict_HxW` for each bucket. */
function predictFunctions(model: Model, sizes: readonly Size[]): Record<string, Bucket> {
  const padded = sizes.map((size) => paddedSize(size, model.input));
  return functionsOf("predict", chooseBuckets(padded, bucketLimit), { batch: 1, objects: 0, pixels: 0 });
}

function readDetections(
  model: Model,
  outputs: HostTensors,
  scale: { readonly x: number; readonly y: number },
  image: RgbImage,
): Detection[] {
  const { boxes, scores, labels, valid, masks } = outputs;
  invariant(boxes && scores && labels && valid, "predict gives boxes, scores, labels and valid");
  const side = masks?.shape[2] ?? 0;
  const detections: Detection[] = [];
  for (let index = 0; index < valid.data.length; index++) {
    if (!valid.data[index]) continue;
    const box = scaleBox(boxes.data.subarray(index * 4, index * 4 + 4), scale);
    const pixels =
      masks && (masks.data.subarray(index * side * side, (index + 1) * side * side) as Float32Array);
    detections.push({
      box,
      score: scores.data[index]!,
      category: labels.data[index]! - 1,
      ...(pixels && { mask: pasteMask(pixels, side, box, image, model.detect.maskThreshold) }),
    });
  }
  return detections;
}

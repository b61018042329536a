/** Prediction: a run and images become detections, one image after another. */
import { type ImageIds, imageIdOf, readImageIds } from "../data/image-ids.ts";
import { listImages } from "../data/image-list.ts";
import { readImageSize } from "../data/read-image.ts";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { mapAhead } from "../support/map-ahead.ts";
import type { ImageCount, ImagePrediction, PredictOptions, PredictSummary } from "./api.ts";
import { guarded } from "./guard.ts";
import { type ImageSource, type Predicted, predictImages } from "./prediction-stream.ts";
import { type NamedSize, openPredictor, type Predictor } from "./predictor.ts";
import { readTrainedRun } from "./run-file.ts";

/**
 * Detections of every image that can be read, in the order in which the images were named; `onPrediction` gets each
 * with its pixels, and nothing of it is kept. Each image that cannot be read is an error beside the value.
 */
export const predict = (options: PredictOptions): Promise<Result<PredictSummary>> =>
  guarded(async () => {
    const run = await readTrainedRun(options.run);
    if (!run.value) return { diagnostics: run.diagnostics };
    const { value: sources, diagnostics } = await readSources(options);
    if (!sources) return { diagnostics };
    const opened = await openPredictor(options.run, sources, options);
    if (!opened.value) return { diagnostics: opened.diagnostics };
    try {
      const found = await predictAll(opened.value, sources, options);
      return { value: found.value!, diagnostics: [...diagnostics, ...found.diagnostics] };
    } finally {
      await opened.value.close();
    }
  });

interface Source extends ImageSource, NamedSize {
  readonly id: number;
}

/** Image heads read at a time. */
const concurrency = 16;

/** No value where there is no image to predict. */
async function readSources(options: PredictOptions): Promise<Result<readonly Source[]>> {
  const { value: paths = [], diagnostics } = await listImages(options.images);
  const ids = options.annotations === undefined ? undefined : await readImageIds(options.annotations);
  if (ids && !ids.value) return { diagnostics: ids.diagnostics };
  const found: Diagnostic[] = [...diagnostics];
  const sources: Source[] = [];
  const read = mapAhead(paths.entries(), concurrency, ([index, path]) => readSource(path, index, ids?.value));
  for await (const source of read) {
    found.push(...source.diagnostics);
    if (source.value) sources.push(source.value);
  }
  return sources.length > 0 ? { value: sources, diagnostics: found } : { diagnostics: found };
}

async function readSource(path: string, index: number, ids: ImageIds | undefined): Promise<Result<Source>> {
  const id = ids ? imageIdOf(ids, path) : index + 1;
  if (id === undefined) {
    const values = { path, file: ids!.path };
    return { diagnostics: [diagnose(dataCodes, "data/unlisted-image", values)] };
  }
  const { value: size, diagnostics } = await readImageSize(path);
  return size ? { value: { ...size, id, name: path, path }, diagnostics } : { diagnostics };
}

async function predictAll(
  predictor: Predictor,
  sources: readonly Source[],
  options: PredictOptions,
): Promise<Result<PredictSummary>> {
  const { categories } = predictor.run;
  const images: ImageCount[] = [];
  const diagnostics: Diagnostic[] = [];
  let done = 0;
  for await (const predicted of predictImages(predictor, sources)) {
    if (predicted.kind === "unreadable") diagnostics.push(...predicted.diagnostics);
    else {
      const prediction = predictionOf(predicted, categories, options.score ?? 0);
      await options.onPrediction?.(prediction);
      images.push(countsOf(prediction));
    }
    options.onImage?.(++done, sources.length);
  }
  return { value: { categories, images }, diagnostics };
}

function predictionOf(
  { source, image, detections }: Extract<Predicted<Source>, { kind: "found" }>,
  categories: PredictSummary["categories"],
  least: number,
): ImagePrediction {
  const found = detections.filter(({ score }) => score >= least);
  return { id: source.id, fileName: source.path, image, detections: found, categories };
}

function countsOf({ fileName, detections, categories }: ImagePrediction): ImageCount {
  const counts = categories.map(() => 0);
  for (const { category } of detections) counts[category]!++;
  return { fileName, counts };
}

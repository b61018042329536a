/** Prediction: a run and images become detections. */
import { toCocoResults } from "../data/coco-results.ts";
import { type RgbImage, readImage } from "../data/read-image.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { ImagePrediction, PredictOptions, PredictSummary } from "./api.ts";
import { guarded } from "./guard.ts";
import { openPredictor, type Predictor } from "./predictor.ts";
import { readTrainedRun } from "./run-file.ts";

export const predict = (options: PredictOptions): Promise<Result<PredictSummary>> =>
  guarded(async () => {
    const run = await readTrainedRun(options.run);
    if (!run.value) return { diagnostics: run.diagnostics };
    const { value: images, diagnostics } = await readAll(options.images);
    if (!images) return { diagnostics };
    const opened = await openPredictor(options.run, named(images, options), options);
    if (!opened.value) return { diagnostics: opened.diagnostics };
    try {
      return { value: await predictAll(opened.value, images, options), diagnostics: [] };
    } finally {
      await opened.value.close();
    }
  });

const named = (images: readonly RgbImage[], { images: names }: PredictOptions) =>
  images.map(({ width, height }, index) => ({ width, height, name: names[index]! }));

/** All images are read before the first is predicted. */
async function readAll(paths: readonly string[]): Promise<Result<readonly RgbImage[]>> {
  const images: RgbImage[] = [];
  const found: Diagnostic[] = [];
  for (const path of paths) {
    const { value, diagnostics } = await readImage(path);
    found.push(...diagnostics);
    if (value) images.push(value);
  }
  return hasErrors(found) ? { diagnostics: found } : { value: images, diagnostics: found };
}

async function predictAll(
  predictor: Predictor,
  images: readonly RgbImage[],
  options: PredictOptions,
): Promise<PredictSummary> {
  const { categories } = predictor.run;
  const least = options.score ?? 0;
  const predictions: ImagePrediction[] = [];
  for (const [index, image] of images.entries()) {
    const fileName = options.images[index]!;
    const detections = (await predictor.predict(image, fileName)).filter(({ score }) => score >= least);
    const records = toCocoResults({ id: index + 1, fileName }, detections, categories).map((record) => ({
      ...record,
    }));
    predictions.push({ fileName, image, detections, records });
    options.onImage?.(index + 1, images.length);
  }
  return { categories, images: predictions };
}

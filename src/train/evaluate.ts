/** Evaluation: a run and a data set become average precision. */
import type { Dataset, Detection, ImageRecord } from "../data/dataset.ts";
import { loadDataset } from "../data/load-dataset.ts";
import { segmentationRuns } from "../data/segmentation.ts";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { evaluateCoco } from "../evaluate/coco.ts";
import type { EvaluationImage } from "../evaluate/types.ts";
import { evaluateVoc } from "../evaluate/voc.ts";
import type { EvaluateOptions, EvaluateSummary } from "./api.ts";
import { explainPrecision } from "./explain-precision.ts";
import { guarded } from "./guard.ts";
import { logWarnings } from "./log-warnings.ts";
import { predictImages } from "./prediction-stream.ts";
import { openPredictor, type Predictor } from "./predictor.ts";
import { type Run, readTrainedRun } from "./run-file.ts";

export const evaluate = (options: EvaluateOptions): Promise<Result<EvaluateSummary>> =>
  guarded(async () => {
    const run = await readTrainedRun(options.run);
    if (!run.value) return { diagnostics: run.diagnostics };
    const { value: dataset, diagnostics } = await loadFor(run.value, options);
    if (!dataset) return { diagnostics };
    logWarnings(diagnostics, options.log);
    const images = dataset.images.map(({ width, height, fileName: name }) => ({ width, height, name }));
    const opened = await openPredictor(options.run, images, options);
    if (!opened.value) return { diagnostics: opened.diagnostics };
    try {
      const found = await detectAll(opened.value, dataset, options);
      if (!found.value) return { diagnostics: found.diagnostics };
      const value = measure(found.value, run.value, dataset, options);
      const words = explainPrecision(value, found.value.flatMap(({ detections }) => detections).length);
      if (words) options.log?.(words);
      return { value, diagnostics: [] };
    } finally {
      await opened.value.close();
    }
  });

/** The data set with categories as the run knows them. */
async function loadFor(run: Run, options: EvaluateOptions): Promise<Result<Dataset>> {
  const expected = run.categories.map(({ name }) => name);
  const loaded = await loadDataset({ ...options, split: options.split, categories: expected });
  const found = loaded.value?.categories.map(({ name }) => name);
  if (!found || found.join("\n") === expected.join("\n")) return loaded;
  const values = { place: loaded.value!.name, found, expected };
  return { diagnostics: [diagnose(trainCodes, "train/category-mismatch", values)] };
}

async function detectAll(
  predictor: Predictor,
  dataset: Dataset,
  options: EvaluateOptions,
): Promise<Result<EvaluationImage[]>> {
  const images: EvaluationImage[] = [];
  const sources = dataset.images.map((record) => ({ record, name: record.fileName, path: record.path }));
  for await (const predicted of predictImages(predictor, sources)) {
    // A measure over some of the images would be another measure.
    if (predicted.kind === "unreadable") return { diagnostics: predicted.diagnostics };
    images.push(evaluationImage(predicted.source.record, predicted.detections));
    options.onImage?.(images.length, sources.length);
  }
  return { value: images, diagnostics: [] };
}

const evaluationImage = (
  { objects, height, width }: ImageRecord,
  detections: readonly Detection[],
): EvaluationImage => ({
  truths: objects.map(({ segmentation, ...truth }) => ({
    ...truth,
    ...(segmentation && { mask: segmentationRuns(segmentation, height, width) }),
  })),
  detections,
});

/** Masks are measured where the model has them and every truth that counts has an outline. */
function measure(
  images: readonly EvaluationImage[],
  run: Run,
  dataset: Dataset,
  options: EvaluateOptions,
): EvaluateSummary {
  const categories = dataset.categories.length;
  if (options.metric === "voc") {
    const { elevenPoint, area, categories: each } = evaluateVoc(images, { categories });
    const perCategory = each.map(
      (category, index) => [`AP50/${dataset.categories[index]!.name}`, category.area] as const,
    );
    return { bbox: { AP50: area, AP50_11point: elevenPoint, ...Object.fromEntries(perCategory) } };
  }
  const reason = maskless(run, dataset);
  if (reason) options.log?.(`No \`segm\`: ${reason}.`);
  return {
    bbox: { ...evaluateCoco(images, { kind: "bbox", categories }).summary },
    ...(!reason && { segm: { ...evaluateCoco(images, { kind: "segm", categories }).summary } }),
  };
}

/** Why masks are not measured. */
function maskless(run: Run, dataset: Dataset): string | undefined {
  const hasMasks = run.model.regions.heads.some(({ kind }) => kind === "segment");
  if (!hasMasks) return "the model has no mask head";
  const bare = dataset.images.flatMap(({ objects }) => objects.filter((object) => !object.segmentation));
  return bare.length > 0 ? `${bare.length} of the objects of \`${dataset.name}\` have no outline` : undefined;
}

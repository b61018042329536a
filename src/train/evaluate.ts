/** Evaluation: a run and a data set become average precision. */
import type { Dataset, Detection, ImageRecord } from "../data/dataset.ts";
import { loadDataset } from "../data/load-dataset.ts";
import { segmentationRuns } from "../data/segmentation.ts";
import { trainCodes } from "../diagnostics/codes/train.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { createCocoMeasure } from "../evaluate/coco.ts";
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
    const own = run.value.unnamed ? { categories: dataset.categories } : {};
    const opened = await openPredictor(options.run, images, { ...options, ...own });
    if (!opened.value) return { diagnostics: opened.diagnostics };
    try {
      return await detectAll(opened.value, dataset, options);
    } finally {
      await opened.value.close();
    }
  });

/** The data set with categories as the run knows them; where it has no names for them, with its own. */
async function loadFor(run: Run, options: EvaluateOptions): Promise<Result<Dataset>> {
  const expected = run.categories.map(({ name }) => name);
  const named = run.unnamed ? {} : { categories: expected };
  const loaded = await loadDataset({ ...options, ...named, split: options.split });
  if (!loaded.value) return loaded;
  const { name: place, categories } = loaded.value;
  const found = categories.map(({ name }) => name);
  const isSame = run.unnamed ? mayName(categories, run.model) : found.join("\n") === expected.join("\n");
  if (isSame) return loaded;
  return { diagnostics: [diagnose(trainCodes, "train/category-mismatch", { place, found, expected })] };
}

/** Whether there is a category for each class, or a class for each category's id. */
const mayName = (categories: Dataset["categories"], { classes, classIds }: Run["model"]): boolean =>
  classIds === "raw" ? categories.every(({ id }) => id >= 1 && id <= classes) : categories.length === classes;

async function detectAll(
  predictor: Predictor,
  dataset: Dataset,
  options: EvaluateOptions,
): Promise<Result<EvaluateSummary>> {
  const measure = createMeasure(predictor.run, dataset, options);
  const sources = dataset.images.map((record) => ({ record, name: record.fileName, path: record.path }));
  let [images, detections] = [0, 0];
  for await (const predicted of predictImages(predictor, sources)) {
    // A measure over some of the images would be another measure.
    if (predicted.kind === "unreadable") return { diagnostics: predicted.diagnostics };
    measure.add(evaluationImage(predicted.source.record, predicted.detections));
    detections += predicted.detections.length;
    options.onImage?.(++images, sources.length);
  }
  const value = measure.result();
  const words = explainPrecision(value, detections);
  if (words) options.log?.(words);
  return { value, diagnostics: [] };
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

interface Measure {
  readonly add: (image: EvaluationImage) => void;
  readonly result: () => EvaluateSummary;
}

function createMeasure(run: Run, dataset: Dataset, { metric, log }: EvaluateOptions): Measure {
  if (metric === "voc") return createVocMeasure(dataset);
  const categories = dataset.categories.length;
  const reason = maskless(run, dataset);
  if (reason) log?.(`No \`segm\`: ${reason}.`);
  const kinds = reason ? (["bbox"] as const) : (["bbox", "segm"] as const);
  const measures = kinds.map((kind) => [kind, createCocoMeasure({ kind, categories })] as const);
  return {
    add: (image) => {
      for (const [, each] of measures) each.add(image);
    },
    result: () => Object.fromEntries(measures.map(([kind, each]) => [kind, { ...each.result().summary }])),
  };
}

/** Boxes alone, without the masks, which would fill the memory. */
function createVocMeasure({ categories }: Dataset): Measure {
  const images: EvaluationImage[] = [];
  const boxes = <T extends { readonly mask?: unknown }>(each: readonly T[]) =>
    each.map(({ mask: _, ...rest }) => rest);
  return {
    add: ({ truths, detections }) => {
      images.push({ truths: boxes(truths), detections: boxes(detections) });
    },
    result: () => {
      const found = evaluateVoc(images, { categories: categories.length });
      const each = found.categories.map(
        (category, index) => [`AP50/${categories[index]!.name}`, category.area] as const,
      );
      return { bbox: { AP50: found.area, AP50_11point: found.elevenPoint, ...Object.fromEntries(each) } };
    },
  };
}

/** Why masks are not measured: they are where the model has them and every truth has an outline. */
function maskless(run: Run, dataset: Dataset): string | undefined {
  const hasMasks = run.model.regions.heads.some(({ kind }) => kind === "segment");
  if (!hasMasks) return "the model has no mask head";
  const bare = dataset.images.flatMap(({ objects }) => objects.filter((object) => !object.segmentation));
  return bare.length > 0 ? `${bare.length} of the objects of \`${dataset.name}\` have no outline` : undefined;
}

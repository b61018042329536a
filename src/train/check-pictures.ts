/** Whether every picture that a run will read can be decoded: known before its first step, not at the step that needs it. */
import type { Dataset, ImageRecord } from "../data/dataset.ts";
import { readImage } from "../data/read-image.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { TrainModel } from "../model/model.ts";
import type { Log } from "./api.ts";
import { firstEpoch } from "./training-batches.ts";

/** Decoded at a time. */
const concurrency = 8;

/** From so many pictures on it takes a while, and the log says what goes on. */
const many = 2000;

/** What cannot be decoded of the pictures that `seed` draws for the steps of `train`. */
export async function checkPictures(
  dataset: Dataset,
  { steps, batch }: Pick<TrainModel, "steps" | "batch">,
  seed: number,
  log?: Log,
): Promise<Diagnostic[]> {
  const records = firstEpoch(dataset, seed).slice(0, steps * batch);
  if (records.length >= many) log?.(`Decoding ${records.length} pictures once, to see that all can be read.`);
  const found: Diagnostic[] = [];
  const waiting: Iterator<ImageRecord> = records.values();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done; next = waiting.next())
      found.push(...(await readImage(next.value.path)).diagnostics);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return found;
}

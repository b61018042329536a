/** What `predict` gives, as detections in pixels of the image files. */
import { classesOf } from "../data/class-ids.ts";
import type { Detection } from "../data/dataset.ts";
import { pasteMask } from "../data/paste-mask.ts";
import { pasteMaskSampled } from "../data/paste-mask-sampled.ts";
import { type Scale, scaleBox } from "../data/prediction-feeds.ts";
import type { Size } from "../data/resize.ts";
import type { HostTensors } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import type { Run } from "./run-file.ts";

/** An image file: its size, and the way back to it. */
export interface DetectedImage {
  readonly file: Size;
  readonly scale: Scale;
}

/** Detections of image `index` of the batch, by descending score. */
export function readDetections(
  { model, categories }: Pick<Run, "model" | "categories">,
  outputs: HostTensors,
  { file, scale }: DetectedImage,
  index = 0,
): readonly Detection[] {
  const { boxes, scores, labels, valid, masks } = outputs;
  invariant(boxes && scores && labels && valid, "predict gives boxes, scores, labels and valid");
  const { maskThreshold, paste: way } = model.detect;
  const paste = way === "sampled" ? pasteMaskSampled : pasteMask;
  const classes = classesOf(categories, model.classIds);
  const count = valid.shape[1]!;
  const side = masks?.shape[2] ?? 0;
  const detections: Detection[] = [];
  for (let row = index * count; row < (index + 1) * count; row++) {
    const category = classes.indexOf(labels.data[row]!);
    // A class without a category is an id that the data set passes over.
    if (!valid.data[row] || category < 0) continue;
    const box = scaleBox(boxes.data.subarray(row * 4, row * 4 + 4), scale);
    const pixels = masks && (masks.data.subarray(row * side * side, (row + 1) * side * side) as Float32Array);
    const mask = pixels && paste(pixels, side, box, file, maskThreshold);
    detections.push({ box, score: scores.data[row]!, category, ...(mask && { mask }) });
  }
  return detections;
}

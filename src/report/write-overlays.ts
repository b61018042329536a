/** Writing pictures into a folder. */
import { basename, extname, join } from "node:path";
import { writeAtomically } from "../support/write-atomically.ts";
import type { ImagePrediction } from "../train/api.ts";
import type { MetricsRow } from "../train/metrics.ts";
import { drawLossPlot } from "./loss-plot.ts";
import { drawOverlay } from "./overlay.ts";

/** Writes one PNG an image into `folder`, named after it; gives its path. */
export function createOverlayWriter(folder: string): (prediction: ImagePrediction) => Promise<string> {
  const nameOf = createPictureNames();
  return async ({ fileName, image, detections, categories }) => {
    const path = join(folder, nameOf(fileName));
    await writeAtomically(path, await drawOverlay(image, detections, categories));
    return path;
  };
}

/** After `x.png`, `b/x.jpg` becomes `x-2.png`. */
export function createPictureNames(): (file: string) => string {
  const taken = new Set<string>();
  return (file) => {
    const stem = basename(file, extname(file));
    let name = `${stem}.png`;
    for (let count = 2; taken.has(name); count++) name = `${stem}-${count}.png`;
    taken.add(name);
    return name;
  };
}

/** Gives `path`. */
export async function writeLossPlot(rows: readonly MetricsRow[], path: string): Promise<string> {
  await writeAtomically(path, await drawLossPlot(rows));
  return path;
}

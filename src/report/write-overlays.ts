/** Writing pictures into a folder. */
import { basename, extname, join } from "node:path";
import { writeAtomically } from "../support/write-atomically.ts";
import type { PredictSummary } from "../train/api.ts";
import type { MetricsRow } from "../train/metrics.ts";
import { drawLossPlot } from "./loss-plot.ts";
import { drawOverlay } from "./overlay.ts";

/** One PNG an image, named after it; gives their paths. */
export async function writeOverlays(
  { images, categories }: PredictSummary,
  folder: string,
): Promise<readonly string[]> {
  const names = pictureNames(images.map(({ fileName }) => fileName));
  const paths: string[] = [];
  for (const [index, { image, detections }] of images.entries()) {
    const path = join(folder, names[index]!);
    await writeAtomically(path, await drawOverlay(image, detections, categories));
    paths.push(path);
  }
  return paths;
}

/** `a/x.png` and `b/x.jpg` become `x.png` and `x-2.png`. */
export function pictureNames(files: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const stem = basename(file, extname(file));
    let name = `${stem}.png`;
    for (let count = 2; taken.has(name); count++) name = `${stem}-${count}.png`;
    taken.add(name);
    return name;
  });
}

/** Gives `path`. */
export async function writeLossPlot(rows: readonly MetricsRow[], path: string): Promise<string> {
  await writeAtomically(path, await drawLossPlot(rows));
  return path;
}

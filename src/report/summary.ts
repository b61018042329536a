/** What the commands say at their end. */
import type { BackendStatus } from "../runtime/examine.ts";
import type { PredictSummary, TrainSummary } from "../train/api.ts";
import { byteSize, duration } from "./quantity.ts";
import { textTable } from "./text-table.ts";

export function trainSummaryText(
  { steps, seconds, stepSeconds, peakMemoryBytes, losses, backend }: TrainSummary,
  run: string,
): string {
  const terms = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [
    `Trained ${steps} steps on ${backend} in ${duration(seconds)}: median ${stepSeconds.median.toFixed(3)} s a step, peak memory ${byteSize(peakMemoryBytes)}.`,
    `Loss of the last step: ${terms.join(", ")}.`,
    `The run is in ${run}.`,
  ].join("\n");
}

/** One row an image: how many detections of each category that was found at all, or of the only one. */
export function predictionTable({ images, categories }: PredictSummary): string {
  const all = [...categories.keys()];
  const found =
    all.length === 1 ? all : all.filter((category) => images.some(({ counts }) => counts[category]! > 0));
  const rows = images.map(({ fileName, counts }) => [fileName, ...found.map((at) => String(counts[at]))]);
  return textTable(rows, ["image", ...found.map((at) => categories[at]!.name)]);
}

/** One line a back end, and below it the next thing to do where it does not run. */
export function backendTable(backends: readonly BackendStatus[]): string {
  return backends
    .map(({ backend, runs, detail, versions, next }) => {
      const found = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      const line = `${runs ? "yes" : "no "}  ${backend.padEnd(9)}  ${[detail, ...found].filter(Boolean).join(", ")}`;
      return next ? `${line}\n     next: ${next}` : line;
    })
    .join("\n");
}

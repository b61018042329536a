/** What an average precision of -1 or 0 says in words: neither is a measure of how good the detections are. */
import type { EvaluateSummary } from "./api.ts";

/** `detections` counts those of all images. */
export function explainPrecision({ bbox }: EvaluateSummary, detections: number): string | undefined {
  const precision = bbox?.AP ?? bbox?.AP50;
  if (precision === undefined || precision > 0) return undefined;
  if (precision < 0)
    return "AP is -1: there is nothing to measure, for no true box counts. All are crowds or difficult, or there are none.";
  return detections === 0
    ? "AP is 0: nothing was detected. Train longer, or lower `detect.score`."
    : `AP is 0: none of the ${detections} detections overlaps a true box of its category by half. Train longer, or compare the categories.`;
}

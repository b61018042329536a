/** The outline of a true object as run lengths or pixels of its image. */
import { mergeRuns, type RunLengths } from "../support/run-lengths.ts";
import type { Segmentation } from "./dataset.ts";
import { polygonToRuns } from "./polygon.ts";

/** Run lengths over an image of `height` x `width`; several polygons are joined (pycocotools' `annToRLE`). */
export function segmentationRuns(segmentation: Segmentation, height: number, width: number): RunLengths {
  if (segmentation.kind === "runs") return segmentation;
  return mergeRuns(
    segmentation.polygons.map((polygon) => polygonToRuns(polygon, height, width)),
    "union",
  );
}

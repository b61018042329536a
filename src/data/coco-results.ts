/** Detections as COCO result records (cocodataset.org, "Results format"), with the file name added. */
import type { Dataset, Detection } from "./dataset.ts";
import { formatRunString } from "./run-string.ts";

export interface CocoResult {
  readonly image_id: number;
  readonly file_name: string;
  readonly category_id: number;
  /** `[x, y, width, height]` in pixels of the image file. */
  readonly bbox: readonly [number, number, number, number];
  readonly score: number;
  readonly segmentation?: { readonly size: readonly [number, number]; readonly counts: string };
}

/** One record a detection, in their order. */
export function toCocoResults(
  image: { readonly id: number; readonly fileName: string },
  detections: readonly Detection[],
  categories: Dataset["categories"],
): CocoResult[] {
  return detections.map(({ box: [x1, y1, x2, y2], score, category, mask }) => ({
    image_id: image.id,
    file_name: image.fileName,
    category_id: categories[category]!.id,
    bbox: [x1, y1, x2 - x1, y2 - y1],
    score,
    ...(mask && {
      segmentation: { size: [mask.height, mask.width], counts: formatRunString(mask.counts) },
    }),
  }));
}

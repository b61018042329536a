/** From weight file and picture to detections, by the road that `rcnn import` and `rcnn predict` take. */
import type { Result } from "../../src/diagnostics/diagnostic.ts";
import type { Backend } from "../../src/runtime/index.ts";
import { predict } from "../../src/train/predict.ts";
import { type Detected, partnered } from "./compare.ts";
import type { Cell } from "./measure.ts";
import type { RecordedImage } from "./peer.ts";

export function valueIn<T>({ value, diagnostics }: Result<T>): T {
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value;
}

/** Detections of each image, in pixels of its file; padded as torchvision pads, and no further. */
export async function detect(run: string, images: readonly string[], backend: Backend): Promise<Detected[]> {
  const found: Detected[] = [];
  const result = await predict({
    ...{ run, images, backend, exact: true },
    onPrediction({ detections }) {
      found.push({
        boxes: detections.map(({ box }) => box),
        scores: detections.map(({ score }) => score),
        labels: detections.map(({ category }) => category + 1),
      });
    },
  });
  valueIn(result);
  return found;
}

/** The least share of detections with a partner, and how far it may stay behind torchvision's with itself. */
const leastShare = 0.94;
const behind = 0.02;

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** For each image the share of detections that have torchvision's as partner, and torchvision's own in another layout. */
export async function endToEnd(
  run: string,
  images: readonly RecordedImage[],
  backend: Backend,
): Promise<readonly Readonly<Record<string, Cell>>[]> {
  const found = await detect(
    run,
    images.map(({ file }) => file),
    backend,
  );
  return images.map(({ eager, channelsLast }, index) => {
    const share = partnered(found[index]!, eager);
    const own = partnered(channelsLast, eager);
    return {
      found: { text: String(eager.scores.length), holds: found[index]!.scores.length > 0 },
      "end to end": { text: percent(share), holds: share >= leastShare && share >= own - behind },
      itself: { text: percent(own), holds: true },
    };
  });
}

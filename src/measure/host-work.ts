/** What a prediction does around the call of the model: a file decoded and resized before it, detections read after it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { predictionFeeds, resizeForPrediction } from "../data/prediction-feeds.ts";
import { type RgbImage, readImage } from "../data/read-image.ts";
import { writeJpeg } from "../data/write-image.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { HostTensors } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import { randomStream } from "../support/random.ts";
import { readDetections } from "../train/read-detections.ts";
import { timed } from "./timed.ts";
import type { Workload } from "./workload.ts";

/** Seconds of a round, and what was found in its images. */
export interface HostTimes {
  readonly before: number;
  readonly after: number;
  readonly detections: number;
}

export interface HostWork {
  readonly before: () => Promise<{ readonly seconds: number; readonly feeds: HostTensors }>;
  readonly after: (
    outputs: HostTensors,
  ) => Promise<{ readonly seconds: number; readonly detections: number }>;
  readonly close: () => Promise<void>;
}

/** For a training step nothing: its feeds are made up. Without `path` a picture is drawn, as large as four fifths of the bucket. */
export async function openHostWork(workload: Workload, path?: string): Promise<Result<HostWork>> {
  if (workload.function === "train_step") return { value: noWork(workload), diagnostics: [] };
  const folder = await mkdtemp(join(tmpdir(), "rcnn-benchmark-"));
  const file = path ?? join(folder, "picture.jpg");
  if (path === undefined) await writeJpeg(drawPicture(workload.bucket), file);
  const { value: image, diagnostics } = await readImage(file);
  const close = () => rm(folder, { recursive: true, force: true });
  if (image) return { value: predictionWork(workload, file, image, close), diagnostics };
  await close();
  return { diagnostics };
}

const noWork = ({ feeds }: Workload): HostWork => ({
  before: async () => ({ seconds: 0, feeds }),
  after: async () => ({ seconds: 0, detections: 0 }),
  close: async () => {},
});

function predictionWork(
  { model, bucket, feeds, categories }: Workload,
  file: string,
  { width, height }: RgbImage,
  close: () => Promise<void>,
): HostWork {
  // The picture fills the bucket whichever size that has.
  const { height: h, width: w } = bucket;
  const rule = { ...model.input, shortest: Math.min(h, w), longest: Math.max(h, w) };
  const scale = { x: width / w, y: height / h };
  const batch = Array.from({ length: bucket.batch }, (_, index) => index);
  return {
    before: async () => {
      const { seconds, result } = await timed(async () => {
        const read = await Promise.all(batch.map(() => readImage(file)));
        return predictionFeeds(
          read.map(({ value }) => {
            invariant(value, "a picture that was read can be read again");
            return resizeForPrediction(value, rule, bucket);
          }),
          bucket,
        );
      });
      return { seconds, feeds: { ...feeds, ...result } };
    },
    after: async (outputs) => {
      const { seconds, result } = await timed(() =>
        batch.map((index) =>
          readDetections({ model, categories }, outputs, { file: { width, height }, scale }, index),
        ),
      );
      return { seconds, detections: result[0]!.length };
    },
    close,
  };
}

/** Pixels a side of a patch of one colour: a file like a photograph's, neither empty nor noise. */
const patch = 8;

function drawPicture({ height, width }: { readonly height: number; readonly width: number }): RgbImage {
  const [rows, columns] = [Math.ceil(0.8 * height), Math.ceil(0.8 * width)];
  const random = randomStream(0, "picture");
  const across = Math.ceil(columns / patch);
  const colours = Uint8Array.from({ length: 3 * across * Math.ceil(rows / patch) }, () => 256 * random());
  const data = new Uint8Array(rows * columns * 3);
  for (let index = 0; index < data.length; index++) {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    const [y, x] = [Math.floor(pixel / columns / patch), Math.floor((pixel % columns) / patch)];
    data[index] = colours[3 * (y * across + x) + channel]!;
  }
  return { height: rows, width: columns, data };
}

/** `rcnn predict`: detections in images, as records and as pictures. */
import { Args, Flags } from "@oclif/core";
import type { ImagePrediction, PredictSummary } from "../train/api.ts";
import { RcnnCommand } from "./base.ts";
import {
  backendChoice,
  backendFlags,
  given,
  optionalOutFlag,
  path,
  predictionChoice,
  predictionFlags,
  proposalsFlag,
  runArgument,
} from "./flags.ts";
import { positiveNumber } from "./positive-number.ts";

type Take = (prediction: ImagePrediction) => Promise<void>;

export default class Predict extends RcnnCommand {
  static override summary = "Detect objects in images and draw them.";
  static override description =
    "Images are files, folders (with what lies below) or patterns. Writes one picture an image with boxes, labels and masks; `--json` prints a list of COCO result records, image after image: `image_id`, `file_name`, `category_id`, `bbox` as x, y, width and height in pixels of the file, `score`, and with masks `segmentation` as run lengths. An image that cannot be read is reported, and the others are done; the exit code is then 2.";
  static override examples = [
    "<%= config.bin %> predict runs/nuclei photo.png --out pictures",
    "<%= config.bin %> predict runs/coco val2017 --annotations instances_val2017.json --json > results.json",
  ];
  static override strict = false;
  static override args = {
    run: runArgument(),
    images: Args.string({ required: true, description: "images or folders, one or more" }),
  };
  static override flags = {
    ...backendFlags,
    ...predictionFlags,
    proposals: proposalsFlag(),
    annotations: path({
      helpValue: "FILE",
      description: "COCO instances JSON with the ids of the images; counted from 1 unless given",
    }),
    out: optionalOutFlag("folder of the pictures"),
    score: Flags.string({
      helpValue: "SCORE",
      description: "least score of a detection, in place of the config's",
    }),
  };

  /** Prints the records as they come: those of many images need not fit into memory. */
  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Predict);
    const [run, ...images] = argv as [string, ...string[]];
    const score =
      flags.score === undefined
        ? undefined
        : await this.take(positiveNumber("--score", flags.score, "predict", 1));
    const [{ predict }, { openProgress }] = await Promise.all([
      import("../train/predict.ts"),
      import("../report/progress.ts"),
    ]);
    const progress = openProgress(process.stderr);
    const pictures = flags.out === undefined ? undefined : await this.pictures(flags.out, progress.close);
    const records = this.jsonEnabled() ? await this.records() : undefined;
    const result = await predict({
      run,
      images,
      ...backendChoice(flags),
      ...predictionChoice(flags),
      ...given({ score, proposals: flags.proposals, annotations: flags.annotations }),
      log: progress.log,
      onImage: progress.images,
      onPrediction: async (prediction) => {
        await pictures?.(prediction);
        await records?.take(prediction);
      },
    }).finally(progress.close);
    const summary: PredictSummary = result.value ?? (await this.take(result));
    records?.close();
    const { predictionTable } = await import("../report/summary.ts");
    this.log(predictionTable(summary));
    await this.admit(result.diagnostics);
  }

  /** `endLine` ends the progress line, which shares the screen. */
  private async pictures(folder: string, endLine: () => void): Promise<Take> {
    const { createOverlayWriter } = await import("../report/write-overlays.ts");
    const write = createOverlayWriter(folder);
    return async (prediction) => {
      const picture = await write(prediction);
      endLine();
      this.log(`Wrote ${picture}`);
    };
  }

  private async records(): Promise<{ readonly take: Take; readonly close: () => void }> {
    const [{ openJsonList }, { toCocoResults }] = await Promise.all([
      import("../report/json-list.ts"),
      import("../data/coco-results.ts"),
    ]);
    const { push, close } = openJsonList(process.stdout);
    const take: Take = async ({ id, fileName, detections, categories }) => {
      for (const record of toCocoResults({ id, fileName }, detections, categories)) await push(record);
    };
    return { take, close };
  }
}

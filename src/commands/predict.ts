/** `rcnn predict`: detections in images, as records and as pictures. */
import { Args, Flags } from "@oclif/core";
import type { ImagePrediction, PredictSummary } from "../train/api.ts";
import { RcnnCommand } from "./base.ts";
import { backendChoice, backendFlags, given, optionalOutFlag, proposalsFlag, runArgument } from "./flags.ts";
import { positiveNumber } from "./positive-number.ts";

export default class Predict extends RcnnCommand {
  static override summary = "Detect objects in images and draw them.";
  static override description =
    "Writes one picture an image with boxes, labels and masks; `--json` prints COCO result records with `file_name`.";
  static override examples = ["<%= config.bin %> predict runs/nuclei photo.png --out pictures"];
  static override strict = false;
  static override args = {
    run: runArgument(),
    images: Args.string({ required: true, description: "one image or more" }),
  };
  static override flags = {
    ...backendFlags,
    proposals: proposalsFlag(),
    out: optionalOutFlag("folder of the pictures"),
    score: Flags.string({
      helpValue: "SCORE",
      description: "least score of a detection, in place of the config's",
    }),
  };

  async run(): Promise<readonly ImagePrediction["records"][number][]> {
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
    const hooks = { log: progress.log, onImage: progress.images };
    const options = {
      run,
      images,
      ...backendChoice(flags),
      ...given({ score, proposals: flags.proposals }),
      ...hooks,
    };
    const result = await predict(options).finally(progress.close);
    const summary: PredictSummary = await this.take(result);
    await this.present(summary, flags.out);
    return summary.images.flatMap(({ records }) => records);
  }

  private async present(summary: PredictSummary, out: string | undefined): Promise<void> {
    const { predictionTable } = await import("../report/summary.ts");
    this.log(predictionTable(summary));
    if (out === undefined) return;
    const { writeOverlays } = await import("../report/write-overlays.ts");
    for (const path of await writeOverlays(summary, out)) this.log(`Wrote ${path}`);
  }
}

/** `rcnn evaluate`: average precision of a run on a data set. */
import { Flags } from "@oclif/core";
import type { EvaluateSummary } from "../train/api.ts";
import { RcnnCommand } from "./base.ts";
import {
  backendChoice,
  backendFlags,
  dataChoice,
  dataFlags,
  predictionChoice,
  predictionFlags,
  runArgument,
} from "./flags.ts";

export default class Evaluate extends RcnnCommand {
  static override summary = "Measure the average precision of a run.";
  static override examples = ["<%= config.bin %> evaluate runs/nuclei --data test/data/nuclei"];
  static override args = { run: runArgument() };
  static override flags = {
    ...dataFlags,
    ...backendFlags,
    ...predictionFlags,
    split: Flags.option({ options: ["train", "val"] as const })({
      default: "val" as const,
      description: "part of the data set",
    }),
    metric: Flags.option({ options: ["coco", "voc"] as const })({
      default: "coco" as const,
      description: "COCO AP and AR, or VOC AP (11-point and area)",
    }),
  };

  async run(): Promise<EvaluateSummary> {
    const { args, flags } = await this.parse(Evaluate);
    const [{ evaluate }, { openProgress }, { apTable }] = await Promise.all([
      import("../train/evaluate.ts"),
      import("../report/progress.ts"),
      import("../report/ap-table.ts"),
    ]);
    const progress = openProgress(process.stderr);
    const result = await evaluate({
      run: args.run,
      split: flags.split,
      metric: flags.metric,
      ...dataChoice(flags),
      ...backendChoice(flags),
      ...predictionChoice(flags),
      log: progress.log,
      onImage: progress.images,
    }).finally(progress.close);
    const summary: EvaluateSummary = await this.take(result);
    this.log(apTable(summary));
    return summary;
  }
}

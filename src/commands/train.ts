/** `rcnn train`: trains a config on a data set and writes a run. */
import { Flags } from "@oclif/core";
import type { TrainSummary } from "../train/api.ts";
import { RcnnCommand } from "./base.ts";
import {
  backendChoice,
  backendFlags,
  checkpointFlag,
  configArgument,
  countFlag,
  dataChoice,
  dataFlags,
  given,
  mappingFlag,
  outFlag,
  path,
  seedFlag,
  setFlags,
} from "./flags.ts";
import { positiveNumber } from "./positive-number.ts";

export default class Train extends RcnnCommand {
  static override summary = "Train a config on a data set.";
  static override description =
    "Writes the folder of a run: the resolved config, metrics.jsonl with one line a step, and checkpoints.";
  static override examples = [
    "<%= config.bin %> train configs/mask-rcnn-nuclei.rcnn --data test/data/nuclei --out runs/nuclei",
  ];
  static override args = { config: configArgument() };
  static override flags = {
    ...dataFlags,
    out: outFlag("folder of the run", "RUN"),
    ...backendFlags,
    seed: seedFlag(),
    ...setFlags,
    steps: countFlag("steps, in place of the config's"),
    batch: countFlag("images a step, in place of the config's"),
    init: path({
      helpValue: "PATH",
      description: "a weight file or a run to begin with: what matches is taken, the rest is reported",
    }),
    mapping: mappingFlag(["init"]),
    resume: Flags.boolean({
      exclusive: ["init"],
      description:
        "go on with the run in --out where it was stopped, if there is one; the same losses as without the stop",
    }),
    "checkpoint-every": checkpointFlag(),
    lr: Flags.string({ helpValue: "RATE", description: "learning rate, in place of the config's" }),
  };

  async run(): Promise<TrainSummary> {
    const { args, flags } = await this.parse(Train);
    const rate =
      flags.lr === undefined ? undefined : await this.take(positiveNumber("--lr", flags.lr, "train"));
    const [{ train }, { openProgress }, { weightsText }] = await Promise.all([
      import("../train/train.ts"),
      import("../report/progress.ts"),
      import("../report/weights-text.ts"),
    ]);
    const progress = openProgress(process.stderr);
    const result = await train({
      config: args.config,
      out: flags.out,
      seed: flags.seed,
      set: await this.overrides(flags),
      ...dataChoice(flags),
      ...backendChoice(flags),
      ...given({ steps: flags.steps, batch: flags.batch, rate, init: flags.init, mapping: flags.mapping }),
      ...given({ resume: flags.resume, checkpointEvery: flags["checkpoint-every"] }),
      log: progress.log,
      onInit: (report) => progress.log(weightsText(report)),
      onStep: progress.step,
    }).finally(progress.close);
    const summary: TrainSummary = await this.take(result);
    const { trainSummaryText } = await import("../report/summary.ts");
    this.log(trainSummaryText(summary, flags.out));
    return summary;
  }
}

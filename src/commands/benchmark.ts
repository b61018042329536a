/** `rcnn benchmark`: how long each phase of a prediction or a training step takes, against what the machine can do. */
import { Flags } from "@oclif/core";
import type { Benchmark } from "../report/benchmark.ts";
import { RcnnCommand } from "./base.ts";
import { countFlag, given, path, setFlags } from "./flags.ts";
import { workloadArgument, workloadFlags, workloadOptions, workloadSource } from "./workload-flags.ts";

export default class BenchmarkCommand extends RcnnCommand {
  static override summary =
    "Time each phase of a prediction or a training step, against what this machine can do.";
  static override description =
    "Runs a config with random weights (all detections are then kept, whatever their score) or a trained run. A prediction is timed from the image file to the pasted masks, a training step with made-up truths. Every round measures a plain convolution and a plain product of matrices too: the last column says how near the products of a phase come to those.";
  static override examples = [
    "<%= config.bin %> benchmark configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> benchmark configs/mask-rcnn-nuclei.rcnn --train --batch 4 --backend wasm",
    "<%= config.bin %> benchmark runs/nuclei --image photograph.jpg",
  ];
  static override args = { config: workloadArgument() };
  static override flags = {
    ...setFlags,
    ...workloadFlags,
    train: Flags.boolean({
      exclusive: ["image", "precision"],
      description: "a training step, in place of a prediction",
    }),
    image: path({ helpValue: "FILE", description: "a picture in place of a made-up one" }),
    rounds: countFlag("rounds that are measured, 5 unless given"),
  };

  async run(): Promise<Benchmark> {
    const { args, flags } = await this.parse(BenchmarkCommand);
    const { benchmarkWorkload } = await import("../measure/benchmark.ts");
    const set = await this.overrides(flags);
    const options = {
      source: await this.take(await workloadSource(args.config, set, "benchmark")),
      set,
      function: flags.train ? ("train_step" as const) : ("predict" as const),
      rounds: flags.rounds ?? 5,
      log: (line: string) => this.note(line),
      ...workloadOptions(flags),
      ...given({ image: flags.image }),
    };
    const benchmark = await this.take(await benchmarkWorkload(options));
    const { benchmarkText } = await import("../report/benchmark.ts");
    this.log(benchmarkText(benchmark));
    return benchmark;
  }
}

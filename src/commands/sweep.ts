/** `rcnn sweep`: trains and measures every point of the ablations of a file. */
import { Flags } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { PointCost } from "../report/cost.ts";
import type { PlannedAblation } from "../sweep/plan.ts";
import type { SweepSummary } from "../sweep/sweep.ts";
import { RcnnCommand } from "./base.ts";
import {
  ablationArgument,
  backendChoice,
  backendFlags,
  checkpointFlag,
  countFlag,
  dataChoice,
  dataFlags,
  given,
  path,
  setFlags,
  sweepOut,
} from "./flags.ts";
import { positiveNumber } from "./positive-number.ts";

interface DryRun {
  readonly ablations: readonly {
    readonly name: string;
    /** Of one image, by point. */
    readonly costs: readonly PointCost[];
    readonly runs: readonly { readonly point: string; readonly seed: number; readonly run: string }[];
  }[];
}

export default class Sweep extends RcnnCommand {
  static override summary = "Train and measure every point of the ablations of a file, one after another.";
  static override description =
    "All points are compiled and checked before the first one trains. Each is an ordinary run, OUT/ABLATION/POINT/seed-N, with its evaluation.json; what is finished is passed over, and a run that was stopped goes on from its last checkpoint.";
  static override examples = [
    "<%= config.bin %> sweep configs/ablations/roi-ops-nuclei.rcnn --dry-run",
    "<%= config.bin %> sweep configs/ablations/roi-ops-nuclei.rcnn --data test/data/nuclei --out runs",
  ];
  static override args = { file: ablationArgument() };
  static override flags = {
    ...dataFlags,
    data: path({
      helpValue: "DIR",
      description: "folder with train/ and val/; required without --dry-run",
    }),
    out: sweepOut(),
    "dry-run": Flags.boolean({
      description: "compile and cost every point, list the runs, and train nothing",
    }),
    ...backendFlags,
    ...setFlags,
    steps: countFlag("steps of every run, in place of the config's"),
    batch: countFlag("images a step, in place of the config's"),
    lr: Flags.string({ helpValue: "RATE", description: "learning rate, in place of the config's" }),
    "checkpoint-every": checkpointFlag(),
  };

  async run(): Promise<SweepSummary | DryRun> {
    const { args, flags } = await this.parse(Sweep);
    const rate =
      flags.lr === undefined ? undefined : await this.take(positiveNumber("--lr", flags.lr, "sweep"));
    const values = given({ steps: flags.steps, batch: flags.batch, rate });
    if (flags["dry-run"]) {
      const { shorthands } = await import("../train/train.ts");
      return this.list(args.file, flags.out, [...(await this.overrides(flags)), ...shorthands(values)]);
    }
    const { data } = flags;
    if (data === undefined) {
      const problem = "Missing flag data, which only a --dry-run does without.";
      return this.refuse(diagnose(commandCodes, "command/usage", { problem, command: "sweep" }));
    }
    const [{ sweep }, { openProgress }] = await Promise.all([
      import("../sweep/sweep.ts"),
      import("../report/progress.ts"),
    ]);
    const progress = openProgress(process.stderr);
    const result = await sweep({
      file: args.file,
      out: flags.out,
      set: await this.overrides(flags),
      ...dataChoice({ ...flags, data }),
      ...backendChoice(flags),
      ...values,
      ...given({ checkpointEvery: flags["checkpoint-every"] }),
      onPlan: (warnings) => this.take({ value: warnings, diagnostics: warnings }),
      log: progress.log,
      onStep: progress.step,
      onImage: progress.images,
    }).finally(progress.close);
    const summary: SweepSummary = await this.take(result);
    const runs = summary.ablations.flatMap((ablation) => ablation.runs);
    const hint = flags.out === "runs" ? args.file : `${args.file} --out ${flags.out}`;
    const passed = runs.filter(({ state }) => state === "passed").length;
    this.log(`${runs.length} runs finished, ${passed} of them before. \`rcnn table ${hint}\` shows them.`);
    return summary;
  }

  private async list(file: string, out: string, set: readonly string[]): Promise<DryRun> {
    const [{ planFile }, { runsOf }, { countsOfParts }, { pointCost, pointCostTable }] = await Promise.all([
      import("../sweep/plan.ts"),
      import("../sweep/measurement.ts"),
      import("../cost/cost.ts"),
      import("../report/cost.ts"),
    ]);
    const plans: readonly PlannedAblation[] = await this.take(await planFile(file, { set, compile: true }));
    const ablations = plans.map((plan) => ({
      name: plan.name.text,
      costs: plan.points.map(({ name, model }) => pointCost(name, countsOfParts(model))),
      runs: runsOf(plan, out).map(({ point, seed, folder }) => ({ point: point.name, seed, run: folder })),
    }));
    for (const { name, costs, runs } of ablations) {
      this.log(`${name}: ${runs.length} runs\n\n${pointCostTable(costs)}\n`);
      for (const { point, seed, run } of runs) this.log(`  ${point}, seed ${seed} -> ${run}`);
    }
    return { ablations };
  }
}

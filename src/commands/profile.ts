/** `rcnn profile`: where the time of a prediction or a training step goes, kernel by kernel. */
import { Flags } from "@oclif/core";
import type { Profile } from "../report/profile.ts";
import { RcnnCommand } from "./base.ts";
import { countFlag, given, path, setFlags } from "./flags.ts";
import { workloadArgument, workloadFlags, workloadOptions, workloadSource } from "./workload-flags.ts";

export default class ProfileCommand extends RcnnCommand {
  static override summary =
    "Show where the time of a prediction or a training step goes: phases, kernels, layers.";
  static override description =
    "Runs a config with random weights, or a trained run, on a random picture, and watches every kernel. With --trace a file that chrome://tracing and ui.perfetto.dev open. The native back end tells the time of TensorFlow's own nodes, after its optimisations: what was fused is one row.";
  static override examples = [
    "<%= config.bin %> profile configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> profile configs/mask-rcnn-nuclei.rcnn --train --backend wasm --trace step.json",
  ];
  static override args = { config: workloadArgument() };
  static override flags = {
    ...setFlags,
    ...workloadFlags,
    train: Flags.boolean({
      exclusive: ["precision"],
      description: "a training step, in place of a prediction",
    }),
    rounds: countFlag("runs that are measured, 3 unless given"),
    top: countFlag("layers that are shown, 25 unless given"),
    trace: path({ helpValue: "FILE", description: "write Trace Event JSON of one run" }),
  };

  async run(): Promise<Profile> {
    const { args, flags } = await this.parse(ProfileCommand);
    const { profileWorkload } = await import("../measure/profile.ts");
    const set = await this.overrides(flags);
    const options = {
      source: await this.take(await workloadSource(args.config, set, "profile")),
      set,
      function: flags.train ? ("train_step" as const) : ("predict" as const),
      rounds: flags.rounds ?? 3,
      log: (line: string) => this.note(line),
      ...workloadOptions(flags),
    };
    const { profile, trace } = await this.take(await profileWorkload(options));
    const [{ profileText }, { writeAtomically }] = await Promise.all([
      import("../report/profile.ts"),
      import("../support/write-atomically.ts"),
    ]);
    this.log(profileText(profile, ...Object.values(given({ top: flags.top }))));
    if (flags.trace !== undefined) {
      await writeAtomically(flags.trace, trace);
      this.note(`Wrote ${flags.trace}: open it in chrome://tracing or ui.perfetto.dev.`);
    }
    return profile;
  }
}

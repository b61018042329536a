/** `rcnn compile`: writes what a target makes of a config. */
import { Flags } from "@oclif/core";
import { RcnnCommand } from "./base.ts";
import { configArgument, countFlag, given, outFlag, precisionFlags, setFlags } from "./flags.ts";

export default class Compile extends RcnnCommand {
  static override summary = "Compile a config to files that run without this tool.";
  static override description =
    "Writes the functions `predict` and `train_step` for one target, with `signatures.json`, which says what each takes and gives.";
  static override examples = ["<%= config.bin %> compile configs/mask-rcnn-nuclei.rcnn --out compiled"];
  static override args = { config: configArgument() };
  static override flags = {
    ...setFlags,
    target: Flags.option({ options: ["saved-model", "kernel-plan"] as const })({
      default: "saved-model" as const,
      description: "saved-model for tfjs-node-gpu and TensorFlow; kernel-plan for TensorFlow.js",
    }),
    ...precisionFlags,
    out: outFlag("folder that is written"),
    batch: countFlag("images a call"),
    seed: Flags.integer({ default: 0, min: 0, description: "of the initial weights beside a saved model" }),
  };

  async run(): Promise<{ target: string; out: string; files: readonly string[] }> {
    const { args, flags } = await this.parse(Compile);
    const { compileFile } = await import("../compile.ts");
    const options = {
      set: await this.overrides(flags),
      target: flags.target,
      ...given({ batch: flags.batch, precision: flags.precision }),
    };
    const artifact = await this.take(await compileFile(args.config, options));
    const { writeArtifact } = await import("../train/write-artifact.ts");
    const files = await writeArtifact(artifact, flags.out, flags.seed);
    this.log(`Wrote ${files.length} files to ${flags.out}: ${files.join(", ")}`);
    return { target: flags.target, out: flags.out, files };
  }
}

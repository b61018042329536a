/** `rcnn inspect`: the resolved model, its layers, parameters and cost, or its IR. */
import { Flags } from "@oclif/core";
import type { Inspection } from "../report/inspection.ts";
import { RcnnCommand } from "./base.ts";
import { configArgument, given, setFlags } from "./flags.ts";

export default class Inspect extends RcnnCommand {
  static override summary = "Show the resolved model: layers with shapes, parameters, multiply-accumulates.";
  static override examples = [
    "<%= config.bin %> inspect configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> inspect configs/mask-rcnn-nuclei.rcnn --ir --function train_step --after dead-code",
  ];
  static override args = { config: configArgument() };
  static override flags = {
    ...setFlags,
    resolved: Flags.boolean({
      exclusive: ["ir"],
      description: "print the config as one text with everything inherited and every default written out",
    }),
    ir: Flags.boolean({ description: "print the IR, one node a line" }),
    function: Flags.option({ options: ["predict", "train_step"] as const })({
      default: "predict" as const,
      description: "function whose IR and cost are shown",
    }),
    after: Flags.string({
      helpValue: "PASS",
      dependsOn: ["ir"],
      description: "the IR as it is after this pass",
    }),
  };

  async run(): Promise<Inspection | { text: string }> {
    const { args, flags } = await this.parse(Inspect);
    const set = await this.overrides(flags);
    if (flags.resolved) return this.resolved(args.config, set);
    const { inspectFile } = await import("../inspect.ts");
    const options = {
      set,
      ir: flags.ir,
      function: flags.function,
      ...given({ after: flags.after }),
    };
    const inspection: Inspection = await this.take(await inspectFile(args.config, options));
    const { inspectionText } = await import("../report/inspection.ts");
    this.log(inspection.ir ?? inspectionText(inspection));
    return inspection;
  }

  private async resolved(path: string, set: readonly string[]): Promise<{ text: string }> {
    const [{ readConfig }, { resolvedText }] = await Promise.all([
      import("../answers/config.ts"),
      import("../answers/resolved-text.ts"),
    ]);
    const text = resolvedText(await this.take(await readConfig(path, { set })));
    if (!this.jsonEnabled()) process.stdout.write(text);
    return { text };
  }
}

/** `rcnn inspect`: the resolved model, its layers, parameters and cost, or its IR. */
import { Flags } from "@oclif/core";
import type { Inspection } from "../report/inspection.ts";
import { RcnnCommand } from "./base.ts";
import { configArgument, given, type Size, setFlags, sizeFlag } from "./flags.ts";

export default class Inspect extends RcnnCommand {
  static override summary =
    "Show the resolved model: layers with shapes, parameters, multiply-adds; its cost.";
  static override examples = [
    "<%= config.bin %> inspect configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> inspect configs/mask-rcnn-nuclei.rcnn --cost --size 256x256 --proposals 300",
    "<%= config.bin %> inspect configs/mask-rcnn-nuclei.rcnn --ir --function train_step --after dead-code",
  ];
  static override args = { config: configArgument() };
  static override flags = {
    ...setFlags,
    resolved: Flags.boolean({
      exclusive: ["ir"],
      description: "print the config as one text with everything inherited and every default written out",
    }),
    cost: Flags.boolean({
      exclusive: ["ir", "resolved"],
      description: "parameters, multiply-adds, activations and memory of each part and in all",
    }),
    size: sizeFlag({ dependsOn: ["cost"], description: "image size that the cost is stated for" }),
    proposals: Flags.integer({
      min: 0,
      dependsOn: ["cost"],
      description: "regions an image that the cost is stated for; those of the config unless given",
    }),
    "mask-regions": Flags.integer({
      min: 0,
      dependsOn: ["cost"],
      description: "regions with masks that the cost is stated for; those of the config unless given",
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
      ...given({ after: flags.after, cost: flags.cost ? costOptions(flags) : undefined }),
    };
    const inspection: Inspection = await this.take(await inspectFile(args.config, options));
    const [{ inspectionText }, { costText }] = await Promise.all([
      import("../report/inspection.ts"),
      import("../report/cost.ts"),
    ]);
    this.log(inspection.cost ? costText(inspection.cost) : (inspection.ir ?? inspectionText(inspection)));
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

const costOptions = (flags: {
  size?: Size | undefined;
  proposals?: number | undefined;
  "mask-regions"?: number | undefined;
}) => given({ size: flags.size, proposals: flags.proposals, maskRegions: flags["mask-regions"] });

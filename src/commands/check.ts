/** `rcnn check`: all that is wrong with a config, without running anything. */
import { RcnnCommand } from "./base.ts";
import { configArgument, setFlags } from "./flags.ts";

interface CheckSummary {
  readonly config: string;
  readonly model: string;
  readonly ablations: readonly { readonly name: string; readonly points: number }[];
  readonly diagnostics: readonly [];
}

export default class Check extends RcnnCommand {
  static override summary = "Say everything that is wrong with a config.";
  static override description =
    "Parses, checks and resolves the config, with every point of its ablations, and shows each problem at its place. Exit code 2 where there is an error.";
  static override examples = ["<%= config.bin %> check configs/mask-rcnn-nuclei.rcnn"];
  static override args = { config: configArgument() };
  static override flags = setFlags;

  async run(): Promise<CheckSummary> {
    const { args, flags } = await this.parse(Check);
    const { resolveFile } = await import("../compile.ts");
    const options = { set: await this.overrides(flags) };
    const model = await this.take(await resolveFile(args.config, options));
    this.log(`${args.config}: model \`${model.name}\` has no errors.`);
    const { planAblations } = await import("../sweep/plan.ts");
    const plans = await this.take(await planAblations(args.config, options));
    const ablations = plans.map(({ name, points }) => ({ name: name.text, points: points.length }));
    for (const { name, points } of ablations) {
      this.log(`${args.config}: the ${points} points of the ablation \`${name}\` have no errors.`);
    }
    return { config: args.config, model: model.name, ablations, diagnostics: [] };
  }
}

/** `rcnn check`: all that is wrong with a config, without running anything. */
import { RcnnCommand } from "./base.ts";
import { configArgument, setFlag } from "./flags.ts";

export default class Check extends RcnnCommand {
  static override summary = "Say everything that is wrong with a config.";
  static override description =
    "Parses, checks and resolves the config and shows each problem at its place. Exit code 2 where there is an error.";
  static override examples = ["<%= config.bin %> check configs/mask-rcnn-nuclei.rcnn"];
  static override args = { config: configArgument() };
  static override flags = { set: setFlag() };

  async run(): Promise<{ config: string; model: string; diagnostics: readonly [] }> {
    const { args, flags } = await this.parse(Check);
    const { resolveFile } = await import("../compile.ts");
    const model = await this.take(await resolveFile(args.config, { set: flags.set }));
    this.log(`${args.config}: model \`${model.name}\` has no errors.`);
    return { config: args.config, model: model.name, diagnostics: [] };
  }
}

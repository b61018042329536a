/** `rcnn diff`: how two configs differ as models. */
import { Args } from "@oclif/core";
import type { Difference } from "../answers/diff.ts";
import { RcnnCommand } from "./base.ts";
import { setFlags } from "./flags.ts";

export default class Diff extends RcnnCommand {
  static override summary = "Show how two configs differ as models.";
  static override description =
    "Compares what the configs resolve to: inherited, default and derived values, layers and their shapes, each with the place that it comes from. Texts that say the same in other words do not differ. `--set` and `--set-file` change the second config only.";
  static override examples = [
    "<%= config.bin %> diff configs/faster-rcnn-nuclei.rcnn configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> diff configs/mask-rcnn-nuclei.rcnn configs/mask-rcnn-nuclei.rcnn --set profile=detectron2",
  ];
  static override args = {
    first: Args.string({ required: true, description: "a config, `.rcnn` or `.yaml`" }),
    second: Args.string({ required: true, description: "the config that it is compared with" }),
  };
  static override flags = setFlags;

  async run(): Promise<readonly Difference[]> {
    const { args, flags } = await this.parse(Diff);
    const [{ readConfig }, { diffConfigs, diffText }] = await Promise.all([
      import("../answers/config.ts"),
      import("../answers/diff.ts"),
    ]);
    const set = await this.overrides(flags);
    const first = await this.take(await readConfig(args.first, {}));
    const second = await this.take(await readConfig(args.second, { set }));
    const differences = diffConfigs(first, second);
    this.log(diffText(differences));
    return differences;
  }
}

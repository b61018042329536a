/** `rcnn explain`: what a message means, or where a value of a config comes from. */
import { Args } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { RcnnCommand } from "./base.ts";
import { setFlags } from "./flags.ts";

interface Explanation {
  readonly code: string;
  readonly severity: string;
  readonly explain: string;
  /** Whether the JSON Schema of the YAML form finds it too. */
  readonly structural: boolean;
}

export default class Explain extends RcnnCommand {
  static override summary = "Explain a message by its code, or where a value of a config comes from.";
  static override description =
    "With a code: what the message means; without arguments all codes. With a config and a path: the value there, and every text that set it, in order, or the default or the rule that gave it. Paths are those of `--set`, of the layers that `rcnn inspect` lists, and of what the compiler derives.";
  static override examples = [
    "<%= config.bin %> explain command/file",
    "<%= config.bin %> explain configs/mask-rcnn-nuclei.rcnn regions.pool.sampling",
    "<%= config.bin %> explain configs/mask-rcnn-nuclei.rcnn backbone.c2.first.conv1",
  ];
  static override args = {
    subject: Args.string({ description: "a code, as printed with the message, or a config" }),
    path: Args.string({ description: "of a value of the config: `rpn.sample.count`" }),
  };
  static override flags = setFlags;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain);
    if (args.path === undefined && !/\.(rcnn|ya?ml)$/.test(args.subject ?? ""))
      return this.code(args.subject);
    const [{ readConfig }, { explainPath }, { explanationText }] = await Promise.all([
      import("../answers/config.ts"),
      import("../answers/explain-path.ts"),
      import("../answers/explanation-text.ts"),
    ]);
    const config = await this.take(await readConfig(args.subject!, { set: await this.overrides(flags) }));
    const explanation = await this.take(explainPath(config, args.path ?? ""));
    this.log(explanationText(explanation));
    return explanation;
  }

  private async code(wanted: string | undefined): Promise<Explanation | readonly Explanation[]> {
    const { allCodes } = await import("../diagnostics/codes/index.ts");
    const rows = Object.entries(allCodes).map(([code, row]) => ({
      code,
      severity: row.severity,
      explain: row.explain,
      structural: row.structural ?? false,
    }));
    if (wanted === undefined) {
      this.log(rows.map(({ code }) => code).join("\n"));
      return rows;
    }
    const row = rows.find(({ code }) => code === wanted);
    if (!row) return this.refuse(await unknownCode(wanted, Object.keys(allCodes)));
    this.log(`${row.code} (${row.severity})\n\n${row.explain}`);
    return row;
  }
}

async function unknownCode(code: string, known: readonly string[]) {
  const { nearestName } = await import("../support/suggest.ts");
  return diagnose(commandCodes, "command/unknown-code", { code, near: nearestName(code, known) });
}

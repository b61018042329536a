/** `rcnn table`: what a sweep measured, beside what is published. */
import { Flags } from "@oclif/core";
import type { SweepTable } from "../sweep/table.ts";
import { RcnnCommand } from "./base.ts";
import { ablationArgument, sweepOut } from "./flags.ts";

export default class Table extends RcnnCommand {
  static override summary = "Show what a sweep measured beside what is published.";
  static override description =
    "Values are in points of a hundred: the mean over the seeds, and their sample standard deviation where there are two or more.";
  static override examples = [
    "<%= config.bin %> table configs/ablations/roi-ops-nuclei.rcnn --out runs --format markdown",
  ];
  static override args = { file: ablationArgument() };
  static override flags = {
    out: sweepOut(),
    format: Flags.option({ options: ["text", "markdown", "csv", "json"] as const })({
      default: "text" as const,
      description: "of the table",
    }),
  };

  async run(): Promise<SweepTable> {
    const { args, flags } = await this.parse(Table);
    const [{ sweepTable }, { tableText }] = await Promise.all([
      import("../sweep/table.ts"),
      import("../sweep/table-text.ts"),
    ]);
    const table: SweepTable = await this.take(await sweepTable(args.file, flags.out));
    this.log(tableText(table, flags.format));
    return table;
  }
}

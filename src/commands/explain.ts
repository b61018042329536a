/** `rcnn explain`: what a message means and what to do about it. */
import { Args } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { RcnnCommand } from "./base.ts";

interface Explanation {
  readonly code: string;
  readonly severity: string;
  readonly explain: string;
}

export default class Explain extends RcnnCommand {
  static override summary = "Explain the message with a code, or list all codes.";
  static override examples = ["<%= config.bin %> explain command/file"];
  static override args = { code: Args.string({ description: "as printed with the message" }) };

  async run(): Promise<Explanation | readonly Explanation[]> {
    const { args } = await this.parse(Explain);
    const { allCodes } = await import("../diagnostics/codes/index.ts");
    const rows = Object.entries(allCodes).map(([code, { severity, explain }]) => ({
      code,
      severity,
      explain,
    }));
    if (args.code === undefined) {
      this.log(rows.map(({ code }) => code).join("\n"));
      return rows;
    }
    const row = rows.find(({ code }) => code === args.code);
    if (!row) return this.refuse(await unknownCode(args.code, Object.keys(allCodes)));
    this.log(`${row.code} (${row.severity})\n\n${row.explain}`);
    return row;
  }
}

async function unknownCode(code: string, known: readonly string[]) {
  const { nearestName } = await import("../support/suggest.ts");
  return diagnose(commandCodes, "command/unknown-code", { code, near: nearestName(code, known) });
}

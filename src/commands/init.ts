/** `rcnn init`: a first config from a data set. */
import { basename, resolve } from "node:path";
import { Flags } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { RcnnCommand } from "./base.ts";
import { dataFlags } from "./flags.ts";

export default class Init extends RcnnCommand {
  static override summary = "Write a first config for a data set.";
  static override description =
    "Counts the classes of the part `train`, measures its images and boxes, and chooses input size, backbone, anchors and schedule by them; comments say why. Masks are learnt where every object has an outline. Prints the config unless `--out` names a file, which must not exist.";
  static override examples = ["<%= config.bin %> init --data test/data/nuclei --out nuclei.rcnn"];
  static override flags = {
    data: dataFlags.data,
    format: dataFlags.format,
    annotations: dataFlags.annotations,
    images: dataFlags.images,
    out: Flags.string({ helpValue: "FILE", description: "file that is written, `.rcnn`" }),
  };

  async run(): Promise<{ text: string; out?: string }> {
    const { flags } = await this.parse(Init);
    const { data, format, annotations, images, out } = flags;
    if (out !== undefined) await this.refuseBad(out);
    const { firstConfig } = await import("../answers/first-config.ts");
    const name = basename(resolve(out ?? data)).replace(/\.rcnn$/, "");
    const text = await this.take(await firstConfig(name, { data, format, annotations, images }));
    if (out === undefined) {
      if (!this.jsonEnabled()) process.stdout.write(text);
      return { text };
    }
    const { writeAtomically } = await import("../support/write-atomically.ts");
    await writeAtomically(out, text);
    this.log(`Wrote ${out}`);
    return { text, out };
  }

  private async refuseBad(out: string): Promise<void> {
    const { existsSync } = await import("node:fs");
    const problem = !out.endsWith(".rcnn")
      ? `\`--out\` names \`${out}\`; expected a name that ends in \`.rcnn\`.`
      : existsSync(out)
        ? `\`${out}\` exists; \`rcnn init\` overwrites nothing.`
        : undefined;
    if (problem !== undefined)
      this.refuse(diagnose(commandCodes, "command/usage", { problem, command: "init" }));
  }
}

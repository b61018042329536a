/** `rcnn export`: the weights of a run under the names of another program. */
import type { ExportReport } from "../train/export-weights.ts";
import { RcnnCommand } from "./base.ts";
import { given, mappingFlag, path, runArgument } from "./flags.ts";

export default class Export extends RcnnCommand {
  static override summary = "Write the weights of a run for torchvision, or by a mapping of your own.";
  static override description =
    "Writes safetensors with the names and the layout of a mapping; torch loads torchvision's by `load_state_dict(safetensors.torch.load_file(FILE))`. Reading it back with `rcnn import` gives the same numbers to the bit.";
  static override examples = ["<%= config.bin %> export runs/nuclei --weights nuclei.safetensors"];
  static override args = { run: runArgument() };
  static override flags = {
    weights: path({ required: true, helpValue: "FILE", description: "the safetensors file to write" }),
    mapping: mappingFlag(),
  };

  async run(): Promise<ExportReport> {
    const { args, flags } = await this.parse(Export);
    const { exportWeights } = await import("../train/export-weights.ts");
    const result = await exportWeights({
      ...{ run: args.run, out: flags.weights },
      ...given({ mapping: flags.mapping }),
    });
    const report: ExportReport = await this.take(result);
    const numbers = report.numbers.toLocaleString("en-US");
    const count = Object.keys(report.written).length;
    this.log(`Wrote ${count} parameters, ${numbers} numbers, to ${report.file} (mapping ${report.mapping}).`);
    return report;
  }
}

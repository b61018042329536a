/** `rcnn import`: a weight file of another program and a config become a run. */
import { Args, Flags } from "@oclif/core";
import type { WeightsReport } from "../train/weights-report.ts";
import { RcnnCommand } from "./base.ts";
import { given, mappingFlag, outFlag, path, seedFlag, setFlags } from "./flags.ts";

export default class Import extends RcnnCommand {
  static override summary = "Read trained weights of torchvision, Detectron2 or safetensors into a run.";
  static override description =
    "Writes the folder of a run, which `predict`, `evaluate` and `train --init` take, and says what matched, what did not, and why. Pickles are read by a machine that makes tensors and containers and runs nothing.";
  static override examples = [
    "<%= config.bin %> import maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth --config configs/torchvision/maskrcnn_resnet50_fpn.rcnn --out runs/coco",
  ];
  static override args = {
    file: Args.string({
      required: true,
      description: "`.pth`, `.pkl` or `.safetensors`, told apart by content",
    }),
  };
  static override flags = {
    config: path({ required: true, helpValue: "CONFIG", description: "the config, `.rcnn` or `.yaml`" }),
    out: outFlag("folder of the run", "RUN"),
    ...setFlags,
    mapping: mappingFlag(),
    categories: path({
      helpValue: "FILE",
      description: "names of the classes, a COCO file or a JSON list; numbers unless the weights tell",
    }),
    partial: Flags.boolean({
      description: "keep initial values for what the file does not have, where that is else an error",
    }),
    seed: seedFlag(),
  };

  async run(): Promise<WeightsReport> {
    const { args, flags } = await this.parse(Import);
    const { importWeights } = await import("../train/import-weights.ts");
    const result = await importWeights({
      ...{ file: args.file, config: flags.config, out: flags.out, seed: flags.seed },
      set: await this.overrides(flags),
      ...given({ mapping: flags.mapping, partial: flags.partial, categories: flags.categories }),
      log: (line) => this.note(line),
    });
    const report: WeightsReport = await this.take(result);
    const { weightsText } = await import("../report/weights-text.ts");
    this.log(weightsText(report));
    this.log(`Wrote ${flags.out}`);
    return report;
  }
}

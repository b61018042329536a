/** `rcnn convert`: a config in the other notation. */
import { dirname, join, relative } from "node:path";
import { Args, Flags } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { RcnnCommand } from "./base.ts";

export default class Convert extends RcnnCommand {
  static override summary = "Write a config in the other notation: `.rcnn` as YAML, or YAML as `.rcnn`.";
  static override description =
    "Nothing is lost, comments included. Prints the text unless `--out` names a file. YAML begins with the line that names the schema to editors, as a path from the file that is written.";
  static override examples = [
    "<%= config.bin %> convert configs/mask-rcnn-nuclei.rcnn --out mask-rcnn-nuclei.yaml",
  ];
  static override args = {
    file: Args.string({ required: true, description: "the file, `.rcnn` or `.yaml`" }),
  };
  static override flags = {
    out: Flags.string({ helpValue: "FILE", description: "file that is written" }),
  };

  async run(): Promise<{ text: string; out?: string }> {
    const { args, flags } = await this.parse(Convert);
    const { convert } = await import("../syntax/rewrite.ts");
    const { isYaml } = await import("../syntax/parse.ts");
    const { readText } = await import("./read-text.ts");
    const source = await this.take(await readText(args.file));
    const ending = isYaml(args.file) ? ".rcnn" : ".yaml";
    if (
      flags.out !== undefined &&
      !new RegExp(`\\.${isYaml(args.file) ? "rcnn" : "ya?ml"}$`).test(flags.out)
    ) {
      const problem = `\`--out\` names \`${flags.out}\`; expected a name that ends in \`${ending}\`.`;
      this.refuse(diagnose(commandCodes, "command/usage", { problem, command: "convert" }));
    }
    const text = await this.take(convert(source, { schema: await schemaPath(flags.out ?? args.file) }));
    if (flags.out === undefined) {
      if (!this.jsonEnabled()) process.stdout.write(text);
      return { text };
    }
    const { writeAtomically } = await import("../support/write-atomically.ts");
    await writeAtomically(flags.out, text);
    this.log(`Wrote ${flags.out}`);
    return { text, out: flags.out };
  }
}

/** From the folder of `file` to the schema that comes with the package. */
async function schemaPath(file: string): Promise<string> {
  const { packageFolder } = await import("../support/package-folder.ts");
  const schema = join(packageFolder(import.meta.url), "grammar", "rcnn.schema.json");
  return relative(dirname(file), schema).replaceAll("\\", "/");
}

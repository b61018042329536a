/** `rcnn format`: writes files of the language in their one form. */
import { Args, Flags } from "@oclif/core";
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { RcnnCommand } from "./base.ts";

export default class Format extends RcnnCommand {
  static override summary = "Write configs in their one form, comments kept.";
  static override description =
    "Formats the files in place. Files with syntax errors stay as they are. With `--check` nothing is written, and the exit code is 2 where a file would change.";
  static override examples = [
    "<%= config.bin %> format configs/mask-rcnn-nuclei.rcnn",
    "<%= config.bin %> format --check configs/*.rcnn",
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ required: true, description: "the files, `.rcnn` or `.yaml`" }),
  };
  static override flags = {
    check: Flags.boolean({ default: false, description: "only say which files would change" }),
  };

  async run(): Promise<{ changed: readonly string[] }> {
    const { argv, flags } = await this.parse(Format);
    const { format } = await import("../syntax/rewrite.ts");
    const { readText } = await import("./read-text.ts");
    const { writeAtomically } = await import("../support/write-atomically.ts");
    const changes: { path: string; text: string }[] = [];
    const problems: Diagnostic[] = [];
    for (const path of argv as readonly string[]) {
      const source = await readText(path);
      const { value: text, diagnostics } = source.value ? format(source.value) : source;
      problems.push(...diagnostics);
      if (typeof text === "string" && text !== source.value?.text) changes.push({ path, text });
    }
    const unformatted = changes.map(({ path }) => diagnose(commandCodes, "command/unformatted", { path }));
    const found = flags.check ? [...problems, ...unformatted] : problems;
    if (!flags.check) for (const { path, text } of changes) await writeAtomically(path, text);
    const changed = changes.map(({ path }) => path);
    const value = await this.take({ ...(found.length === 0 && { value: changed }), diagnostics: found });
    for (const path of value) this.log(`Formatted ${path}`);
    return { changed: value };
  }
}

/** `rcnn lsp`: the language server, for editors. */
import { Flags } from "@oclif/core";
import { RcnnCommand } from "./base.ts";

export default class LanguageServer extends RcnnCommand {
  static override summary =
    "Serve an editor: problems while typing, completion, shapes on hover, rename, fixes.";
  static override description =
    "Speaks the Language Server Protocol on standard input and output until the editor ends it. `editors/vscode` holds an extension that starts it.";
  static override flags = {
    stdio: Flags.boolean({ description: "what it does anyway; some editors give it", hidden: true }),
  };

  async run(): Promise<void> {
    await this.parse(LanguageServer);
    // Standard output is the editor's.
    console.log = console.info = console.debug = console.error;
    const { serve } = await import("../language-server/server.ts");
    serve(process.stdin, process.stdout);
    await new Promise(() => {});
  }
}

/** `rcnn native install`: builds the native back end for this user. */
import { Flags } from "@oclif/core";
import { RcnnCommand } from "../base.ts";

export default class NativeInstall extends RcnnCommand {
  static override summary = "Install the native back end.";
  static override description =
    "Fetches TensorFlow's library with pip and tfjs-node-gpu with npm, and compiles its add-on with g++, into a folder of this user that later runs find. A failure changes nothing.";
  static override flags = {
    gpu: Flags.boolean({ description: "with CUDA" }),
    force: Flags.boolean({ description: "build again even where it is installed" }),
  };

  async run(): Promise<{ directory: string; tensorflow: string; gpu: boolean }> {
    const { flags } = await this.parse(NativeInstall);
    const { installNative } = await import("../../runtime/native/install.ts");
    const options = { gpu: flags.gpu, force: flags.force, log: (line: string) => this.note(line) };
    const { directory, manifest } = await this.take(await installNative(options));
    this.log(`The native back end is in ${directory} (TensorFlow ${manifest.tensorflow}).`);
    return { directory, tensorflow: manifest.tensorflow, gpu: manifest.gpu };
  }
}

/** `rcnn doctor`: which back ends run here, and the one next thing to do for those that do not. */
import type { BackendStatus } from "../runtime/examine.ts";
import { RcnnCommand } from "./base.ts";

export default class Doctor extends RcnnCommand {
  static override summary = "Say which back ends run on this machine.";
  static override description =
    "Runs a small product on each back end, prints the versions found, and names the one next thing to do where one does not run.";

  async run(): Promise<{ node: string; backends: readonly BackendStatus[] }> {
    await this.parse(Doctor);
    const [{ examineBackends }, { backendTable }] = await Promise.all([
      import("../runtime/examine.ts"),
      import("../report/summary.ts"),
    ]);
    const backends = await examineBackends();
    this.log(`Node ${process.versions.node}, ${process.platform} ${process.arch}`);
    this.log(backendTable(backends));
    return { node: process.versions.node, backends };
  }
}

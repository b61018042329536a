/** What a pass is. */
import type { Graph } from "../ir/types.ts";

export interface Pass {
  /** As the file, in kebab-case. */
  readonly name: string;
  readonly summary: string;
  /** What must hold of the graph that comes in, beside being valid. */
  readonly requires: string;
  /** What holds of the graph that goes out, for the same inputs and parameters. */
  readonly ensures: string;
  /** Pure. Gives the very same graph where there is nothing to do. */
  readonly run: (graph: Graph) => Graph;
}

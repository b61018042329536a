/** tmp */
import type { Source } from "../diagnostics/span.ts";
import type { Context } from "./context.ts";
export function yamlToDocument(_s: Source, _c: Context, _e: unknown): undefined {
  return undefined;
}

/** Warnings of what came before a run, among its lines: a summary would bring them when it is over. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { render } from "../diagnostics/render.ts";
import type { Log } from "./api.ts";

/** `diagnostics` have no errors. */
export function logWarnings(diagnostics: readonly Diagnostic[], log?: Log): void {
  for (const diagnostic of diagnostics) log?.(render(diagnostic));
}

/** Reads a file of the language whole, so that nothing in it is lost when it is written anew. */
import { commandCodes } from "../diagnostics/codes/command.ts";
import { loadCodes } from "../diagnostics/codes/load.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import { textBytes } from "../support/text-bytes.ts";

export async function readText(path: string): Promise<Result<Source>> {
  if (!/\.(rcnn|ya?ml)$/.test(path)) {
    return { diagnostics: [diagnose(loadCodes, "load/unknown-notation", { path })] };
  }
  const bytes = textBytes(path);
  if (!bytes) return { diagnostics: [diagnose(loadCodes, "load/missing-file", { path })] };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: { name: path, text }, diagnostics: [] };
  } catch {
    return { diagnostics: [diagnose(commandCodes, "command/not-text", { path })] };
  }
}

/** Numbers above zero on a command line. */
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";

/** oclif has integer flags only. */
export function positiveNumber(flag: string, text: string, command: string): Result<number> {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value > 0) return { value, diagnostics: [] };
  const problem = `${flag} is \`${text}\`; expected a number above 0.`;
  return { diagnostics: [diagnose(commandCodes, "command/usage", { problem, command })] };
}

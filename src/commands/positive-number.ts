/** Numbers above zero on a command line. */
import { commandCodes } from "../diagnostics/codes/command.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";

/** What single precision holds. */
const largest = 3.4e38;

/** oclif has integer flags only. */
export function positiveNumber(flag: string, text: string, command: string, most = largest): Result<number> {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value <= most) return { value, diagnostics: [] };
  const problem = `${flag} is \`${text}\`; expected a number above 0 and at most ${most}.`;
  return { diagnostics: [diagnose(commandCodes, "command/usage", { problem, command })] };
}

/** Names that lead through more names than the stack holds are a mistake of the text, wherever it runs out. */
import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";

/**
 * What `stage` gives; where it runs out of stack, that alone, at `span`. How deep a text leads is the sum of how
 * expressions, names, blocks and networks lie in each other, so no limit on one of them would hold.
 */
export function withinStack<T>(span: Span, stage: () => Result<T>): Result<T> {
  try {
    return stage();
  } catch (error) {
    if (!(error instanceof RangeError && /call stack/i.test(error.message))) throw error;
    return { diagnostics: [diagnose(checkCodes, "check/too-deep", undefined, { span })] };
  }
}

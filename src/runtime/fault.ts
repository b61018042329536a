/** What a session throws where the caller's data, or the machine, is to blame. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** A fault that a user caused or can mend; commands show its diagnostic, without a stack trace. */
export class RuntimeFault extends Error {
  override readonly name = "RuntimeFault";
  readonly diagnostic: Diagnostic;
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

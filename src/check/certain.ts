/** What can be said of texts of which some are missing: nothing about names that those might declare. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Found where a name means nothing. */
const naming: ReadonlySet<string> = new Set([
  "merge/unknown-model",
  "check/unknown-name",
  "check/unknown-word",
  "check/unknown-component",
]);

export const isNaming = ({ code }: Diagnostic): boolean => naming.has(code);

/** `diagnostics` without those that would go away if a file that is missing declared a name. */
export const certain = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter((each) => !isNaming(each) || isMeantFor(each));

/** A component that is called, and a word like one of those that can stand there, could be nothing else. */
function isMeantFor({ code, span, fixes = [] }: Diagnostic): boolean {
  if (!code.startsWith("check/unknown-") || code === "check/unknown-name") return false;
  return fixes.length > 0 || span?.source.text[span.end] === "(";
}

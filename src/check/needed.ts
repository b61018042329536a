/** Which names a value stands on, found without recursion: a chain of names may be as long as a text. */
import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Expression } from "../syntax/ast.ts";
import { partsOf } from "../syntax/parts-of.ts";

/** Names whose values wait for one another before the rest of a chain is evaluated from its other end. */
export const longChain = 64;
/** As many where the chain goes through bodies, which are not looked into before they are needed. */
export const longestChain = 200;

export const tooDeep = (span: Span): Diagnostic =>
  diagnose(checkCodes, "check/too-deep", undefined, { span });

/**
 * The names that `value` needs, each behind those that it needs itself; only names that `meaningOf` has a value of. What
 * stands in bodies may never be needed and is left out.
 */
export function neededFirst(
  value: Expression,
  meaningOf: (name: string) => Expression | undefined,
): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const open: { readonly name?: string; readonly needs: string[] }[] = [{ needs: namesIn(value) }];
  while (open.length > 0) {
    const { name, needs } = open.at(-1)!;
    const next = needs.pop();
    if (next === undefined) {
      if (name !== undefined) found.push(name);
      open.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      const inner = meaningOf(next);
      if (inner) open.push({ name: next, needs: namesIn(inner) });
    }
  }
  return found;
}

function namesIn(value: Expression): string[] {
  const names: string[] = [];
  const visit = (part: Expression): void => {
    if (part.kind === "name") names.push(part.name);
    if (part.kind === "call") names.push(part.callee.text);
    for (const inner of partsOf(part)) visit(inner);
  };
  visit(value);
  return names;
}

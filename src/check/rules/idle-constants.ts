/** Constants that a model or a command sets anew, though nothing reads them. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Spec } from "../../merge/spec.ts";
import { namesRead } from "./module-rule.ts";

export function idleConstants({ model, modules, constants, spelledOut }: Spec): readonly Diagnostic[] {
  const changed = [...constants.values()].filter(({ history }) => history.length > 0);
  if (changed.length === 0) return [];
  const values = [...constants].map(([name, { value }]) => [name, namesRead(value)] as const);
  const elsewhere = namesRead([model, ...modules.values()]);
  const isRead = (wanted: string): boolean =>
    elsewhere.has(wanted) ||
    spelledOut.has(wanted) ||
    values.some(([name, names]) => name !== wanted && names.has(wanted));
  return changed
    .filter(({ name }) => !isRead(name.text))
    .map(({ name, span, history }) => {
      const related = [{ message: "it is declared here", span: history[0]! }];
      return diagnose(checkRuleCodes, "check/idle-constant", { name: name.text }, { span, related });
    });
}

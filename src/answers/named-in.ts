/** Constants and other keys of the model that an expression names. */
import { evaluate } from "../check/evaluate.ts";
import { showValue } from "../check/values.ts";
import type { Span } from "../diagnostics/span.ts";
import { entryAt } from "../merge/entry-at.ts";
import type { Expression } from "../syntax/ast.ts";
import { partsOf } from "../syntax/parts-of.ts";
import { flatWithout } from "../syntax/print-flat.ts";
import type { Config } from "./config.ts";

export interface Named {
  readonly name: string;
  /** Its value, where that is plain. */
  readonly value?: string;
  /** Where it is set; absent where a default gives it. */
  readonly span?: Span;
}

export function namedIn(expression: Expression, config: Config): readonly Named[] {
  const { spec, scope } = config;
  if (expression.kind === "name") {
    const constant = spec.constants.get(expression.name);
    return constant
      ? [{ name: expression.name, value: flatWithout(constant.value), span: constant.span }]
      : [];
  }
  if (expression.kind === "member") {
    const name = flatWithout(expression);
    const found = entryAt(spec.model, name.split("."));
    const value = evaluate(expression, { scope, report: () => {} });
    if (value.kind === "open" || !Object.hasOwn(config.catalog.model.sections, name.split(".")[0]!))
      return [];
    return [{ name, value: showValue(value), ...(found && { span: found.entry.span }) }];
  }
  return partsOf(expression).flatMap((part) => namedIn(part, config));
}

/** What to say of a value that an operator cannot take. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import type { Evaluation } from "./evaluate.ts";
import { nounOf, showValue, type Value } from "./values.ts";

/** `name` means nothing here; the nearest of `names` becomes a fix. */
export function unknownName(name: string, what: string, span: Span, names: Iterable<string>): Diagnostic {
  const nearest = nearestName(name, names);
  const fixes =
    nearest === undefined
      ? []
      : [{ title: `did you mean \`${nearest}\`?`, edits: [{ span, text: nearest }] }];
  return diagnose(checkCodes, "check/unknown-name", { name, what }, { span, fixes });
}

/** Reports a word as an unknown name, anything else as a wrong operand, and gives an open value. */
export function wrongOperand(
  value: Value,
  operator: string,
  wanted: string,
  { scope, report }: Evaluation,
): Value {
  if (value.kind === "word") {
    report(unknownName(value.name, "value", value.span, scope.names()));
  } else if (value.kind !== "open") {
    const values = { operator, wanted, noun: nounOf(value), text: showValue(value) };
    report(diagnose(checkCodes, "check/wrong-operand", values, { span: value.span }));
  }
  return { kind: "open", span: value.span };
}

/** Which argument goes to which parameter: by place first, then by name. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Name } from "../syntax/ast.ts";
import type { Report } from "./evaluate.ts";

interface Given<T> {
  readonly name?: Name;
  readonly value: T;
  readonly span: Span;
}

export interface Bound<T> {
  readonly value: T;
  readonly span: Span;
  /** Where the argument's name is written, if it is. */
  readonly keySpan?: Span;
}

export interface Signature<T> {
  readonly name: string;
  /** In the order of arguments without a name. */
  readonly parameters: readonly string[];
  /** Of the last parameter, if it takes all remaining arguments without a name. */
  readonly collect?: ((values: readonly T[], span: Span) => T) | undefined;
}

/** Names that are no parameters are kept, for the caller to judge. */
export function bindArguments<T>(
  signature: Signature<T>,
  given: readonly Given<T>[],
  report: Report,
): ReadonlyMap<string, Bound<T>> {
  const bound = new Map<string, Bound<T>>();
  const rest: Given<T>[] = [];
  const bind = (name: string, value: Bound<T>): void => {
    const first = bound.get(name);
    if (!first) bound.set(name, value);
    else {
      const related = [{ message: "first given here", span: first.span }];
      report(
        diagnose(
          checkCodes,
          "check/argument-twice",
          { name: signature.name, argument: name },
          { span: value.span, related },
        ),
      );
    }
  };
  let position = 0;
  const most = signature.parameters.length;
  for (const argument of given) {
    const { value, span } = argument;
    if (argument.name) bind(argument.name.text, { value, span, keySpan: argument.name.span });
    else if (signature.collect && position >= most - 1) rest.push(argument);
    else if (position < most) bind(signature.parameters[position++]!, { value, span });
    else report(diagnose(checkCodes, "check/too-many-arguments", { name: signature.name, most }, { span }));
  }
  if (rest.length > 0) {
    const span = { ...rest[0]!.span, end: rest[rest.length - 1]!.span.end };
    bind(signature.parameters[most - 1]!, {
      value: signature.collect!(
        rest.map(({ value }) => value),
        span,
      ),
      span,
    });
  }
  return bound;
}

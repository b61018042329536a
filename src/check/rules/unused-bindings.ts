/** Bindings of a body, and indices of repetitions, that nothing reads. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Body } from "../../syntax/ast.ts";
import { bodiesIn, type Inner, type ModuleRule, namesRead } from "./module-rule.ts";

export const unusedBindings: ModuleRule = ({ body, results = [] }) =>
  unusedIn({ body }, new Set(results.map(({ text }) => text)));

function unusedIn({ body, index }: Inner, results: ReadonlySet<string>): readonly Diagnostic[] {
  const idle = body.bindings.filter(({ name }) => !results.has(name.text) && !isRead(name.text, body));
  const found = idle.map(({ name }) =>
    diagnose(
      checkRuleCodes,
      "check/unused-binding",
      { name: name.text, what: "binding" },
      { span: name.span },
    ),
  );
  if (index && !namesRead(body).has(index.text)) {
    const values = { name: index.text, what: "index" } as const;
    found.push(diagnose(checkRuleCodes, "check/unused-binding", values, { span: index.span }));
  }
  return [...found, ...bodiesIn(partsOf(body)).flatMap((inner) => unusedIn(inner, new Set()))];
}

const partsOf = ({ bindings, result }: Body) => [...bindings.map(({ value }) => value), result];

/** By another binding or the result. */
const isRead = (name: string, { bindings, result }: Body): boolean =>
  [...bindings.filter((each) => each.name.text !== name).map(({ value }) => value), result].some((part) =>
    namesRead(part).has(name),
  );

/** Bindings of a body, and indices of repetitions, that nothing reads. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Body } from "../../syntax/ast.ts";
import { bodiesIn, type Inner, type ModuleRule, namesRead } from "./module-rule.ts";

export const unusedBindings: ModuleRule = ({ body, results = [] }) =>
  unusedIn({ body }, new Set(results.map(({ text }) => text)));

function unusedIn({ body, index }: Inner, results: ReadonlySet<string>): readonly Diagnostic[] {
  const { others, all } = readIn(body);
  const idle = body.bindings.filter(({ name: { text } }) => !results.has(text) && !others.has(text));
  const found = idle.map(({ name }) =>
    diagnose(
      checkRuleCodes,
      "check/unused-binding",
      { name: name.text, what: "binding" },
      { span: name.span },
    ),
  );
  if (index && !all.has(index.text)) {
    const values = { name: index.text, what: "index" } as const;
    found.push(diagnose(checkRuleCodes, "check/unused-binding", values, { span: index.span }));
  }
  return [...found, ...bodiesIn(partsOf(body)).flatMap((inner) => unusedIn(inner, new Set()))];
}

const partsOf = ({ bindings, result }: Body) => [...bindings.map(({ value }) => value), result];

/** The names that a body reads, and those among them that something else reads than the binding of that name. */
function readIn({ bindings, result }: Body): Readonly<Record<"all" | "others", ReadonlySet<string>>> {
  const others = new Set(namesRead(result));
  const all = new Set(others);
  for (const { name, value } of bindings) {
    for (const read of namesRead(value)) {
      all.add(read);
      if (read !== name.text) others.add(read);
    }
  }
  return { all, others };
}

/** Parameters and feature maps that a network or block takes and never reads. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModuleRule, namesRead } from "./module-rule.ts";

export const unusedParameters: ModuleRule = ({
  name: { text: module },
  parameters,
  on = [],
  body,
  results,
}) => {
  const read = new Set([
    ...namesRead(body),
    ...namesRead(parameters.map((parameter) => parameter.default)),
    ...(results ?? []).map(({ text }) => text),
  ]);
  const taken = [
    ...parameters.map(({ name }) => ({ ...name, what: "parameter" as const })),
    ...on.map((name) => ({ ...name, what: "input" as const })),
  ];
  return taken
    .filter(({ text }) => !read.has(text))
    .map(({ text, what, span }) =>
      diagnose(checkRuleCodes, "check/unused-parameter", { name: text, module, what }, { span }),
    );
};

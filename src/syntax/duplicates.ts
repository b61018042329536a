/** What stands twice in one place: keys, names, parameters, blocks of one kind and label. */

import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Body, Document, Entry, Expression, Module, Name } from "./ast.ts";
import { partsOf } from "./parts-of.ts";

type Report = (diagnostic: Diagnostic) => void;

export function duplicates(document: Document): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (diagnostic) => found.push(diagnostic);
  const modules = document.declarations.filter((each) => each.kind === "module");
  unique(
    modules.map((module) => module.name),
    report,
  );
  inEntries(
    document.declarations.filter((each) => each.kind !== "module"),
    report,
  );
  for (const module of modules) inModule(module, report);
  return found;
}

/** What stands twice in the body of a model. */
export function duplicateEntries(entries: readonly Entry[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  inEntries(entries, (diagnostic) => found.push(diagnostic));
  return found;
}

/** Reports each name that an earlier one of `names` equals. */
export function unique(names: readonly Name[], report: Report): void {
  const first = new Map<string, Name>();
  for (const name of names) {
    const before = first.get(name.text);
    if (!before) first.set(name.text, name);
    else {
      const related = [{ message: "it stands here first", span: before.span }];
      report(diagnose(syntaxCodes, "syntax/duplicate", { name: name.text }, { span: name.span, related }));
    }
  }
}

function inEntries(entries: readonly Entry[], report: Report): void {
  unique(entries.filter((entry) => entry.kind !== "edit").map(identity), report);
  for (const entry of entries) {
    if (entry.kind === "block") inEntries(entry.entries, report);
    else if (entry.kind === "edit" && entry.block) inEntries(entry.block.entries, report);
    else if (entry.value) inExpression(entry.value, report);
  }
}

function identity(entry: Exclude<Entry, { kind: "edit" }>): Name {
  if (entry.kind === "setting") {
    return { text: entry.path.map((part) => part.text).join("."), span: entry.path[0]!.span };
  }
  return entry.label
    ? { text: `${entry.keyword.text} ${entry.label.text}`, span: entry.label.span }
    : entry.keyword;
}

function inModule(module: Module, report: Report): void {
  unique(
    module.parameters.map((parameter) => parameter.name),
    report,
  );
  unique(module.on ?? [], report);
  unique(module.results ?? [], report);
  inBody(module.body, report);
}

function inBody(body: Body, report: Report): void {
  unique(
    body.bindings.map((binding) => binding.name),
    report,
  );
  for (const binding of body.bindings) inExpression(binding.value, report);
  if (body.result) inExpression(body.result, report);
}

function inExpression(expression: Expression, report: Report): void {
  if (expression.kind === "record") {
    unique(
      expression.entries.map((entry) => entry.key),
      report,
    );
  } else if (expression.kind === "call") {
    unique(
      expression.arguments.flatMap((argument) => argument.name ?? []),
      report,
    );
  } else if (expression.kind === "if") {
    inBody(expression.then, report);
    inBody(expression.else, report);
  } else if (expression.kind === "repeat") inBody(expression.body, report);
  for (const part of partsOf(expression)) inExpression(part, report);
}

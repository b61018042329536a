/** Declarations of networks and blocks: types, defaults, results, and that none uses itself. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Expression, Module } from "../syntax/ast.ts";
import { checkBody, checkNames, evaluateOpen, type NameContext } from "./layer-names.ts";
import { createProjection, projectArguments } from "./project.ts";
import { parametersOf } from "./types.ts";

export function checkModule(module: Module, context: NameContext): void {
  if (module.isPartial) return;
  const inputs = module.on ? module.on.map((name) => name.text) : ["input"];
  const names = [...inputs, ...module.parameters.map((parameter) => parameter.name.text)];
  checkDefaults(module, context);
  const isNetwork = module.form === "network";
  checkBody(module.body, names, isNetwork ? undefined : `Block \`${module.name.text}\``, context);
  const bound = new Set([...names, ...module.body.bindings.map((binding) => binding.name.text)]);
  for (const result of module.results ?? []) {
    if (bound.has(result.text)) continue;
    const values = {
      what: `The result \`${result.text}\``,
      wanted: `a binding \`${result.text} = ...\` in the body`,
    };
    context.report(diagnose(checkCodes, "check/no-result", values, { span: result.span }));
  }
  if (isNetwork && !module.results && !module.body.result) {
    const values = {
      what: `Network \`${module.name.text}\``,
      wanted: "`-> { names }` behind its parameters, or `return`",
    };
    context.report(diagnose(checkCodes, "check/no-result", values, { span: module.name.span }));
  }
}

function checkDefaults(module: Module, context: NameContext): void {
  const kinds = parametersOf(module, context.report);
  const names = module.parameters.map(({ name }) => name.text);
  const defaults = module.parameters.flatMap((parameter, index) => {
    if (!parameter.default) return [];
    // A default may follow from the parameters before it.
    const outside = { ...context, locals: new Set(names.slice(0, index)) };
    if (kinds[parameter.name.text]?.kind.kind === "layers") {
      checkNames(parameter.default, outside);
      return [];
    }
    return [
      [
        parameter.name.text,
        { value: evaluateOpen(parameter.default, outside), span: parameter.span },
      ] as const,
    ];
  });
  const projection = createProjection(context.catalog, context.report);
  const json = projectArguments(module.name.text, module.name.span, kinds, new Map(defaults), "", projection);
  context.validate(json, { name: module.name.text, parameters: kinds }, projection);
}

/** Reports each circle of modules once, at the module that comes first. */
export function checkRecursion(modules: ReadonlyMap<string, Module>, context: NameContext): void {
  const done = new Set<string>();
  const visit = (name: string, chain: readonly string[]): void => {
    const start = chain.indexOf(name);
    if (start >= 0) {
      const circle = [...chain.slice(start), name].map((text) => `\`${text}\``).join(" uses ");
      context.report(
        diagnose(checkCodes, "check/recursion", { chain: circle }, { span: modules.get(name)!.name.span }),
      );
      return;
    }
    if (done.has(name)) return;
    for (const used of usedModules(modules.get(name)!, modules)) visit(used, [...chain, name]);
    done.add(name);
  };
  for (const name of modules.keys()) visit(name, []);
}

function usedModules(module: Module, modules: ReadonlyMap<string, Module>): ReadonlySet<string> {
  const used = new Set<string>();
  // Every node of the tree is an object with a `kind`; spans hold texts and are skipped.
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const expression = node as Expression;
    if (expression.kind === "name" && modules.has(expression.name)) used.add(expression.name);
    if (expression.kind === "call" && modules.has(expression.callee.text)) used.add(expression.callee.text);
    for (const [key, part] of Object.entries(node)) if (key !== "span") visit(part);
  };
  visit(module.body);
  visit(module.parameters.map((parameter) => parameter.default));
  return used;
}

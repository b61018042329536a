/** Names, calls and arguments inside pipelines and bodies, as far as they can be judged before anything is built. */

import { checkCodes } from "../diagnostics/codes/check.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";
import type { Body, Expression, Module } from "../syntax/ast.ts";
import { partsOf } from "../syntax/parts-of.ts";
import { bindArguments } from "./bind.ts";
import type { Catalog } from "./catalog.ts";
import { evaluate, type Report } from "./evaluate.ts";
import { unknownName } from "./operands.ts";
import { bindComponent, createProjection, projectArguments } from "./project.ts";
import { parametersOf } from "./types.ts";
import type { Validate } from "./validate.ts";
import { nounOf, type Scope, textOf, type Value } from "./values.ts";

export interface NameContext {
  readonly catalog: Catalog;
  readonly modules: ReadonlyMap<string, Module>;
  readonly constants: Scope;
  readonly validate: Validate;
  readonly report: Report;
  /** Parameters, bindings and inputs of the bodies around. */
  readonly locals: ReadonlySet<string>;
}

type Call = Extract<Expression, { readonly kind: "call" }>;

/** Reports what is wrong in an expression that stands for layers, feature maps or numbers. */
export function checkNames(expression: Expression, context: NameContext): void {
  switch (expression.kind) {
    case "name":
      checkName(expression.name, expression.span, context);
      break;
    case "call":
      checkCall(expression, context);
      break;
    case "if":
      checkNames(expression.condition, context);
      checkBody(expression.then, [], "A branch of `if`", context);
      checkBody(expression.else, [], "A branch of `if`", context);
      break;
    case "repeat": {
      checkNames(expression.times, context);
      const index = expression.index ? [expression.index.text] : [];
      checkBody(expression.body, ["input", ...index], "The body of `repeat`", context);
      break;
    }
    case "member":
      // A path of the model, or of a record; both say at their evaluation what is wrong with them.
      if (rootOf(expression) && !isKnown(rootOf(expression)!, context)) evaluateOpen(expression, context);
      else checkNames(expression.target, context);
      break;
    case "pipeline":
      for (const { value } of expression.stages) checkStage(value, context);
      break;
    default:
      for (const part of partsOf(expression)) checkNames(part, context);
  }
}

/** Values by themselves, which no arrow can lead to or from. */
const literals: ReadonlySet<Expression["kind"]> = new Set([
  "number",
  "percentage",
  "size",
  "ratio",
  "range",
  "rate",
  "text",
  "boolean",
  "none",
]);

const isLiteral = (expression: Expression): boolean =>
  literals.has(expression.kind) || (expression.kind === "unary" && isLiteral(expression.operand));

function checkStage(stage: Expression, context: NameContext): void {
  if (!isLiteral(stage)) {
    checkNames(stage, context);
    return;
  }
  const { span } = stage;
  const values = { text: textOf(span), found: `the ${nounOf(evaluateOpen(stage, context))}` };
  context.report(diagnose(modelCodes, "model/not-a-layer", values, { span }));
}

/** The name that a path begins with. */
function rootOf(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  return expression.kind === "member" ? rootOf(expression.target) : undefined;
}

/** `what` needs a result; a network, whose results are its bindings, passes undefined. */
export function checkBody(
  body: Body,
  names: readonly string[],
  what: string | undefined,
  context: NameContext,
): void {
  const locals = new Set([...context.locals, ...names, ...body.bindings.map(({ name }) => name.text)]);
  const inside = { ...context, locals };
  for (const { value } of body.bindings) checkNames(value, inside);
  if (body.result) checkNames(body.result, inside);
  else if (what)
    context.report(
      diagnose(
        checkCodes,
        "check/no-result",
        { what, wanted: "`return` and what it gives" },
        { span: body.span },
      ),
    );
}

function isKnown(name: string, { catalog, modules, constants, locals }: NameContext): boolean {
  const components = Object.values(catalog.components);
  return (
    locals.has(name) ||
    modules.has(name) ||
    constants.lookup(name) !== undefined ||
    components.some((table) => Object.hasOwn(table, name))
  );
}

function callable({ catalog, modules }: NameContext): readonly string[] {
  return [...modules.keys(), ...Object.keys(catalog.components.layer)];
}

function checkName(name: string, span: Span, context: NameContext): void {
  if (!isKnown(name, context)) {
    context.report(
      unknownName(name, "layer, block, network or value", span, [
        ...context.locals,
        ...callable(context),
        ...context.constants.names(),
      ]),
    );
    return;
  }
  const needsArguments =
    !context.locals.has(name) &&
    (context.modules.has(name) || Object.hasOwn(context.catalog.components.layer, name));
  if (needsArguments) checkCall({ kind: "call", callee: { text: name, span }, arguments: [], span }, context);
}

function checkCall(call: Call, context: NameContext): void {
  const { text: name, span } = call.callee;
  const module = context.modules.get(name);
  const layers = context.catalog.components.layer;
  if (context.locals.has(name)) {
    const values = { name, most: 0 };
    context.report(diagnose(checkCodes, "check/too-many-arguments", values, { span: call.span }));
  } else if (module) checkModuleCall(call, module, context);
  else if (Object.hasOwn(layers, name)) checkLayerCall(call, context);
  else if (!isKnown(name, context))
    context.report(unknownName(name, "layer, block or network", span, callable(context)));
}

/** Locals have values only when the body is built; until then they are open. */
function openScope({ locals, constants }: NameContext, span: Span): Scope {
  return {
    lookup: (name) => (locals.has(name) ? { kind: "open", span } : constants.lookup(name)),
    names: () => [...locals, ...constants.names()],
    reach: constants.reach,
  };
}

export function evaluateOpen(expression: Expression, context: NameContext): Value {
  return evaluate(expression, { scope: openScope(context, expression.span), report: context.report });
}

function checkLayerCall(call: Call, context: NameContext): void {
  const { text: name, span } = call.callee;
  const { parameters } = context.catalog.components.layer[name]!;
  const given = call.arguments.map((argument) => ({
    ...argument,
    value: evaluateOpen(argument.value, context),
  }));
  const projection = createProjection(context.catalog, context.report);
  const bound = bindComponent(context.catalog.components.layer[name]!, given, context.report);
  const json = projectArguments(name, span, parameters, bound, "", projection);
  context.validate(json, `layer.${name}`, projection, () => [...context.locals]);
}

function checkModuleCall(call: Call, module: Module, context: NameContext): void {
  if (module.isPartial) return;
  const { text: name, span } = call.callee;
  const names = module.parameters.map((parameter) => parameter.name.text);
  const bound = bindArguments<Expression>({ name, parameters: names }, call.arguments, context.report);
  const kinds = parametersOf(module, () => {});
  const values = new Map(
    [...bound].flatMap(([key, argument]) => {
      if (own(kinds, key)?.kind.kind === "layers") {
        checkNames(argument.value, context);
        return [];
      }
      return [[key, { ...argument, value: evaluateOpen(argument.value, context) }] as const];
    }),
  );
  const projection = createProjection(context.catalog, context.report);
  const json = projectArguments(name, span, kinds, values, "", projection);
  context.validate(json, { name, parameters: kinds }, projection, () => [...context.locals]);
  for (const parameter of module.parameters) {
    const argument = parameter.name.text;
    if (parameter.default || bound.has(argument)) continue;
    const related = [{ message: `\`${argument}\` is declared here`, span: parameter.span }];
    context.report(diagnose(checkCodes, "check/missing-argument", { name, argument }, { span, related }));
  }
}

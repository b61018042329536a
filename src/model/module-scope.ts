/** Calling a network or a block: its parameters bound and checked, its inputs found by name. */
import { bindArguments } from "../check/bind.ts";
import { createProjection, projectArguments } from "../check/project.ts";
import { parametersOf } from "../check/types.ts";
import type { Value } from "../check/values.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { own } from "../support/own.ts";
import type { Argument, Expression, Module } from "../syntax/ast.ts";
import { usesOf } from "./build-layer.ts";
import { type Construction, failed, type Item, type ItemScope } from "./items.ts";
import { asFeature, extend, type Place } from "./places.ts";
import { valuesKey } from "./value-key.ts";

export interface ModuleCall {
  readonly module: Module;
  readonly arguments: readonly Argument[];
  readonly span: Span;
}

type ItemOf = (expression: Expression, place: Place) => Item;

/** What names mean in the body of the module called: its parameters and its inputs. */
export function moduleScope(
  call: ModuleCall,
  input: Item,
  place: Place,
  itemOf: ItemOf,
): ItemScope | undefined {
  const parameters = bindParameters(call, place, itemOf);
  const inputs = parameters && bindInputs(call.module, call.span, input, place);
  if (!inputs) return undefined;
  return {
    lookup: (name) => inputs.lookup(name) ?? (Object.hasOwn(parameters, name) ? parameters[name] : undefined),
    names: () => [...inputs.names(), ...Object.keys(parameters)],
  };
}

const emptyScope: ItemScope = { lookup: () => undefined, names: () => [] };

function bindParameters(
  { module, arguments: given, span }: ModuleCall,
  place: Place,
  itemOf: ItemOf,
): Readonly<Record<string, Item>> | undefined {
  const { construction } = place;
  const names = module.parameters.map((parameter) => parameter.name.text);
  const bound = bindArguments<Expression>(
    { name: module.name.text, parameters: names },
    given,
    construction.report,
  );
  const items: [name: string, item: Item][] = [];
  for (const { name, default: other } of module.parameters) {
    const argument = bound.get(name.text);
    const expression = argument?.value ?? (other && (flagOf(name.text, other, construction) ?? other));
    // Defaults are written where the module is: of names they know its parameters before them, none around the call.
    const scope = argument ? place.scope : extend(emptyScope, Object.fromEntries(items));
    items.push([name.text, expression ? itemOf(expression, { ...place, scope }) : failed]);
  }
  if (items.some(([, item]) => item.kind === "failed")) return undefined;
  const values = items.flatMap(([name, item]) =>
    item.kind === "value" ? [[name, item.value] as const] : [],
  );
  return checkValues(module, new Map(values), span, place) ? Object.fromEntries(items) : undefined;
}

/** What the profile gives a flag that the call leaves to its default. */
function flagOf(name: string, { kind, span }: Expression, { catalog }: Construction): Expression | undefined {
  const value = kind === "boolean" ? own(catalog.flags ?? {}, name) : undefined;
  return value === undefined ? undefined : { kind: "boolean", value, span };
}

/** Values that follow from other parameters are known only now. */
function checkValues(
  module: Module,
  values: ReadonlyMap<string, Value>,
  span: Span,
  { construction }: Place,
): boolean {
  const key = valuesKey(values);
  const call = key === undefined ? undefined : `${module.name.text}(${key})`;
  if (call !== undefined && construction.known.modules.has(call)) return true;
  let right = true;
  const report = (diagnostic: Diagnostic): void => {
    right = false;
    construction.report(isIn(diagnostic.span, module.span) ? calledAt(diagnostic, span) : diagnostic);
  };
  const kinds = parametersOf(module, report);
  const projection = createProjection(construction.catalog, report);
  const bound = new Map([...values].map(([name, value]) => [name, { value, span: value.span }]));
  const json = projectArguments(module.name.text, span, kinds, bound, "", projection);
  construction.validate(json, { name: module.name.text, parameters: kinds }, projection);
  if (right && call !== undefined) construction.known.modules.add(call);
  return right;
}

/** What a default becomes, only the call tells. */
const calledAt = (diagnostic: Diagnostic, span: Span): Diagnostic => ({
  ...diagnostic,
  related: [...(diagnostic.related ?? []), { message: "it is called here", span }],
});

const isIn = (span: Span | undefined, around: Span): boolean =>
  span?.source === around.source && around.start <= span.start && span.end <= around.end;

function bindInputs(module: Module, span: Span, input: Item, place: Place): ItemScope | undefined {
  const on = module.on?.map((name) => name.text);
  if (input.kind === "features" && on) {
    const missing = on.find((name) => !input.names.includes(name));
    if (missing === undefined) {
      return { lookup: (name) => (on.includes(name) ? input.get(name) : undefined), names: () => on };
    }
    reportMissing(module, missing, input.names.map((name) => `\`${name}\``).join(", "), span, place);
    return undefined;
  }
  const feature = asFeature(input, span, place, module.name.text);
  if (!feature) return undefined;
  if (on && on.length > 1) {
    reportMissing(module, on[0]!, "one feature map without a name", span, place);
    return undefined;
  }
  return extend(emptyScope, { [on?.[0] ?? "input"]: feature });
}

function reportMissing(
  module: Module,
  name: string,
  available: string,
  span: Span,
  { construction, site }: Place,
): void {
  const declared = module.on!.find((input) => input.text === name)!;
  const related = [
    { message: `\`${name}\` is declared here`, span: declared.span },
    ...usesOf(site).slice(1),
  ];
  const values = { network: module.name.text, name, available };
  construction.report(diagnose(modelCodes, "model/missing-input", values, { span, related }));
}

/** Names inside a network or a block that hide others. */
import { checkRuleCodes } from "../../diagnostics/codes/check-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { Name } from "../../syntax/ast.ts";
import { bodiesIn, type Inner, type ModuleRule, type ModuleSite } from "./module-rule.ts";

/** What a name means already: in words, and where it is declared if a text declares it. */
interface Hidden {
  readonly what: string;
  readonly span?: Span;
}

type Known = (name: string) => Hidden | undefined;

export const shadowed: ModuleRule = (module, site) => {
  const outside = outerNames(site);
  const own = [...module.parameters.map(({ name }) => name), ...(module.on ?? [])];
  const itself = outside(module.name.text);
  return [
    ...(itself && !itself.span ? [hides(module.name, itself)] : []),
    ...hidden(own, outside),
    ...within({ body: module.body }, withNames(outside, own, "the parameter")),
  ];
};

function within({ body, index }: Inner, outer: Known): readonly Diagnostic[] {
  const names = [...(index ? [index] : []), ...body.bindings.map(({ name }) => name)];
  const known = withNames(outer, names, "the binding");
  const parts = [...body.bindings.map(({ value }) => value), body.result];
  return [...hidden(names, outer), ...bodiesIn(parts).flatMap((inner) => within(inner, known))];
}

/** What a body could mean by a name of its own: constants, networks, blocks, layers and initializers. */
const outerNames =
  ({ modules, constants, catalog: { components } }: ModuleSite): Known =>
  (name) => {
    const constant = constants.get(name);
    if (constant) return { what: "the constant", span: constant.name.span };
    const role = (["layer", "initializer"] as const).find((each) => Object.hasOwn(components[each], name));
    if (role) return { what: `the ${role}` };
    const module = modules.get(name);
    return module && { what: `the ${module.form}`, span: module.name.span };
  };

function withNames(outer: Known, names: readonly Name[], what: string): Known {
  const own = new Map(names.map(({ text, span }) => [text, { what, span }]));
  return (name) => own.get(name) ?? outer(name);
}

const hidden = (names: readonly Name[], outer: Known): readonly Diagnostic[] =>
  names.flatMap((name) => {
    const before = outer(name.text);
    // A file that is used cannot know the names of those that use it.
    const isForeign = before?.span && before.span.source !== name.span.source;
    return before && !isForeign ? [hides(name, before)] : [];
  });

function hides({ text, span }: Name, { what, span: other }: Hidden): Diagnostic {
  const related = other ? [{ message: "it is declared here", span: other }] : [];
  return diagnose(checkRuleCodes, "check/shadowed", { name: text, hidden: what }, { span, related });
}

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

type Known = ReadonlyMap<string, Hidden>;

export const shadowed: ModuleRule = (module, site) => {
  const outside = outerNames(site);
  const own = [...module.parameters.map(({ name }) => name), ...(module.on ?? [])];
  const itself = outside.get(module.name.text);
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
function outerNames({ modules, constants, catalog }: ModuleSite): Known {
  const known = new Map<string, Hidden>();
  for (const role of ["layer", "initializer"] as const)
    for (const name of Object.keys(catalog.components[role])) known.set(name, { what: `the ${role}` });
  for (const [name, module] of modules)
    if (!known.has(name)) known.set(name, { what: `the ${module.form}`, span: module.name.span });
  for (const [name, setting] of constants) known.set(name, { what: "the constant", span: setting.name.span });
  return known;
}

const withNames = (outer: Known, names: readonly Name[], what: string): Known =>
  new Map([...outer, ...names.map(({ text, span }) => [text, { what, span }] as const)]);

const hidden = (names: readonly Name[], outer: Known): readonly Diagnostic[] =>
  names.flatMap((name) => {
    const before = outer.get(name.text);
    // A file that is used cannot know the names of those that use it.
    const isForeign = before?.span && before.span.source !== name.span.source;
    return before && !isForeign ? [hides(name, before)] : [];
  });

function hides({ text, span }: Name, { what, span: other }: Hidden): Diagnostic {
  const related = other ? [{ message: "it is declared here", span: other }] : [];
  return diagnose(checkRuleCodes, "check/shadowed", { name: text, hidden: what }, { span, related });
}

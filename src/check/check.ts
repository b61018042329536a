/** `check`: structure, names, kinds and ranges of a merged model, all errors in one pass. */
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import type { Spec } from "../merge/spec.ts";
import type { Catalog } from "./catalog.ts";
import { emptyScope, lazyScope } from "./evaluate.ts";
import { withHoles } from "./holes.ts";
import type { NameContext } from "./layer-names.ts";
import { modelScope } from "./model-scope.ts";
import { checkModule, checkRecursion } from "./modules.ts";
import { createProjection } from "./project.ts";
import { idleConstants } from "./rules/idle-constants.ts";
import { judgeModules } from "./rules/index.ts";
import { projectSection } from "./sections.ts";
import { createValidator, type Validate } from "./validate.ts";
import type { Scope } from "./values.ts";
import { withinStack } from "./within-stack.ts";

export interface CheckOptions {
  /** A validator of the same catalogue that is already there. */
  readonly validate?: Validate;
  /** Filled here: models of one file most often have the same declarations, which are checked once. */
  readonly seen?: SeenDeclarations;
}

/** The declarations that were checked last, and what was found. */
export interface SeenDeclarations {
  last?: Declared & { readonly constantsOf: Scope; readonly found: readonly Diagnostic[] };
  /** Of modules without a mistake. */
  judged?: Declared & { readonly found: readonly Diagnostic[] };
}

type Declared = Pick<Spec, "modules" | "constants">;

/** Gives `spec` itself where there are no errors; else what is left of it when all that is wrong is taken out. */
export const check = (spec: Spec, catalog: Catalog, options: CheckOptions = {}): Result<Spec> =>
  withinStack(spec.model.keyword.span, () => checked(spec, catalog, options));

function checked(spec: Spec, catalog: Catalog, options: CheckOptions): Result<Spec> {
  const { names, diagnostics } = checkedNames(spec, catalog, options);
  const { validate, report } = names;
  const constants = modelScope(spec, catalog, report);
  const projection = createProjection(catalog, report);
  const json = projectSection(spec.model, catalog.model, "", { projection, names: { ...names, constants } });
  validate(json, "model", projection, constants.names);
  const modules = judged(spec.modules, diagnostics);
  const found = [...diagnostics, ...judgedModules({ ...spec, modules }, catalog, options.seen)];
  if (!hasErrors(diagnostics))
    return { value: { ...spec, modules }, diagnostics: [...found, ...idleConstants(spec)] };
  return {
    value: { ...spec, modules, model: withHoles(spec.model, catalog.model, projection.wrong) },
    diagnostics: found,
  };
}

function judgedModules(
  { modules, constants }: Declared,
  catalog: Catalog,
  seen: SeenDeclarations = {},
): readonly Diagnostic[] {
  if (seen.judged && isAlike(seen.judged, { modules, constants })) return seen.judged.found;
  const found = judgeModules({ modules, constants, catalog });
  seen.judged = { modules, constants, found };
  return found;
}

/** Whether two models have the very same declarations. */
const isAlike = (a: Declared, b: Declared): boolean =>
  hasSame(a.modules, b.modules) && hasSame(a.constants, b.constants);

const hasSame = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean =>
  a === b || (a.size === b.size && [...a].every(([name, value]) => b.get(name) === value));

/** Those in whose text something was found are partial. */
function judged(modules: Spec["modules"], found: readonly Diagnostic[]): Spec["modules"] {
  const wrong = found.filter(({ severity }) => severity === "error");
  if (wrong.length === 0) return modules;
  const isIn = (span: Span, around: Span): boolean =>
    span.source === around.source && around.start <= span.start && span.end <= around.end;
  return new Map(
    [...modules].map(([name, module]) => [
      name,
      wrong.some(({ span }) => span && isIn(span, module.span)) ? { ...module, isPartial: true } : module,
    ]),
  );
}

/** The same for a file that declares no model. */
export function checkDeclarations(
  declared: Declared,
  catalog: Catalog,
  options: CheckOptions = {},
): readonly Diagnostic[] {
  const [first] = [...declared.modules.values(), ...declared.constants.values()];
  if (!first) return [];
  return withinStack(first.name.span, () => {
    const { diagnostics } = checkedNames(declared, catalog, options);
    const modules = judged(declared.modules, diagnostics);
    return { diagnostics: [...diagnostics, ...judgeModules({ ...declared, modules, catalog })] };
  }).diagnostics;
}

/** Checks constants, networks and blocks; gives what the check of a model goes on from. */
function checkedNames(
  { modules, constants: settings }: Declared,
  catalog: Catalog,
  { validate = createValidator(catalog), seen = {} }: CheckOptions,
): { readonly names: NameContext; readonly diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const said = new Map<Source | undefined, Set<string>>();
  // A text that is read twice, such as the default of a parameter, is wrong only once.
  const report = (diagnostic: Diagnostic): void => {
    const { code, message, span } = diagnostic;
    const inSource = said.get(span?.source) ?? new Set();
    said.set(span?.source, inSource);
    const key = `${span?.start} ${code} ${message}`;
    if (inSource.has(key)) return;
    inSource.add(key);
    diagnostics.push(diagnostic);
  };
  const { last } = seen;
  if (last && isAlike(last, { modules, constants: settings })) {
    for (const diagnostic of last.found) report(diagnostic);
    const constants = last.constantsOf;
    return {
      names: { catalog, modules, constants, validate, report, locals: new Set() },
      diagnostics,
    };
  }
  const expressions = new Map([...settings].map(([name, setting]) => [name, setting.value]));
  const constants = lazyScope(expressions, { scope: emptyScope, report });
  for (const name of expressions.keys()) constants.lookup(name);
  const names: NameContext = {
    catalog,
    modules,
    constants,
    validate,
    report,
    locals: new Set(),
  };
  for (const module of modules.values()) checkModule(module, names);
  checkRecursion(modules, names);
  seen.last = { modules, constants: settings, constantsOf: constants, found: [...diagnostics] };
  return { names, diagnostics };
}

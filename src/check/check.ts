/** `check`: structure, names, kinds and ranges of a merged model, all errors in one pass. */
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Spec } from "../merge/spec.ts";
import type { Catalog } from "./catalog.ts";
import { emptyScope, lazyScope } from "./evaluate.ts";
import type { NameContext } from "./layer-names.ts";
import { checkModule, checkRecursion } from "./modules.ts";
import { createProjection } from "./project.ts";
import { projectSection } from "./sections.ts";
import { createValidator } from "./validate.ts";

/** Gives `spec` itself where nothing is wrong with it. */
export function check(spec: Spec, catalog: Catalog): Result<Spec> {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    if (!diagnostics.some((known) => isSame(known, diagnostic))) diagnostics.push(diagnostic);
  };
  const expressions = new Map([...spec.constants].map(([name, setting]) => [name, setting.value]));
  const constants = lazyScope(expressions, { scope: emptyScope, report });
  for (const name of expressions.keys()) constants.lookup(name);
  const validate = createValidator(catalog);
  const names: NameContext = {
    catalog,
    modules: spec.modules,
    constants,
    validate,
    report,
    locals: new Set(),
  };
  for (const module of spec.modules.values()) checkModule(module, names);
  checkRecursion(spec.modules, names);
  const projection = createProjection(catalog, report);
  const json = projectSection(spec.model, catalog.model, "", { projection, names });
  validate(json, "model", projection, constants.names());
  return diagnostics.length > 0 ? { diagnostics } : { value: spec, diagnostics };
}

/** A text that is read twice, such as the default of a parameter, is wrong only once. */
function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return (
    a.code === b.code &&
    a.message === b.message &&
    a.span?.source === b.span?.source &&
    a.span?.start === b.span?.start
  );
}

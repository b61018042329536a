/** What the compiler says of one file and those that it uses, as far as it gets. */
import { wordsToMerge } from "../check/catalog.ts";
import { certain } from "../check/certain.ts";
import { check, checkDeclarations } from "../check/check.ts";
import { unusedDeclarations } from "../check/rules/unused-declarations.ts";
import type { Validate } from "../check/validate.ts";
import { defaultFunctions } from "../components/buckets.ts";
import { tooLarge } from "../components/too-large.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { inOrder } from "../diagnostics/in-order.ts";
import type { Bundle } from "../load/load.ts";
import { type Declarations, declarationsOf, isExtended, modelsIn } from "../merge/declarations.ts";
import { merge } from "../merge/merge.ts";
import type { Spec } from "../merge/spec.ts";
import type { Observation } from "../model/items.ts";
import type { ModelCatalog } from "../model/layer.ts";
import type { Model } from "../model/model.ts";
import { resolve } from "../model/resolve.ts";
import { ablationProblems } from "./ablations.ts";
import { type Use, usesOf } from "./uses.ts";

export interface Analysis {
  readonly declarations: Declarations;
  /** Merged, one for each model that the file declares, right or wrong. */
  readonly specs: readonly Spec[];
  /** Those of them that are right. */
  readonly models: readonly Model[];
  readonly uses: readonly Use[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface Checker {
  readonly catalog: ModelCatalog;
  readonly validate: Validate;
}

/** `found` are the diagnostics of loading. */
export function analyse(bundle: Bundle, found: readonly Diagnostic[], checker: Checker): Analysis {
  const diagnostics: Diagnostic[] = [];
  const specs: Spec[] = [];
  const models: Model[] = [];
  const uses: Use[] = [];
  /** `name` is what the uses are listed under. */
  const judge = (spec: Spec, name: string): readonly Diagnostic[] => {
    const checked = check(spec, checker.catalog, checker);
    const resolved = resolvedIn(checked.value ?? spec, name, checker, uses);
    const found = [...checked.diagnostics, ...resolved.diagnostics];
    const { value: model } = resolved;
    if (!model || hasErrors(found)) return found;
    models.push({ ...model, name });
    return [...found, ...tooLarge(model, defaultFunctions(model, model.train.batch))];
  };
  const declarations = declarationsOf(bundle, (diagnostic) => diagnostics.push(diagnostic));
  const names = modelNames(bundle);
  for (const model of names) {
    const options = { ...(model !== undefined && { model }), ...wordsToMerge(checker.catalog) };
    const merged = merge(bundle, options);
    diagnostics.push(...merged.diagnostics);
    if (!merged.value) continue;
    specs.push(merged.value);
    const problems = judge(merged.value, model ?? "");
    const isBase = hasErrors(problems) && isExtended(model, bundle);
    // What it leaves out, those that extend it in the same file may say.
    const alone = isBase ? merge(bundle, { ...options, isBase }).value : undefined;
    diagnostics.push(...(alone ? judge(alone, "") : problems));
  }
  diagnostics.push(...ablationProblems(bundle, wordsToMerge(checker.catalog), judge));
  if (names.length === 0) diagnostics.push(...checkDeclarations(declarations, checker.catalog, checker));
  diagnostics.push(...unusedDeclarations(bundle, diagnostics));
  const said = bundle.isPartial ? certain(diagnostics) : diagnostics;
  return { declarations, specs, models, uses, diagnostics: inOrder([...found, ...said]) };
}

/** Of a file; a model without a name is the one that is meant where it is the last. */
function modelNames(bundle: Bundle): readonly (string | undefined)[] {
  const models = modelsIn(bundle).map(({ label }) => label?.text);
  return [...new Set(models.filter((name, index) => name !== undefined || index === models.length - 1))];
}

function resolvedIn(spec: Spec, model: string, checker: Checker, uses: Use[]): Result<Model> {
  const { catalog, validate } = checker;
  const observations: Observation[] = [];
  const observe = (observation: Observation): void => {
    observations.push(observation);
  };
  const resolved = resolve(spec, catalog, { validate, observe });
  uses.push(...usesOf(model, observations, resolved.value));
  return resolved;
}

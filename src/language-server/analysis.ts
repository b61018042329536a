/** What the compiler says of one file and those that it uses, as far as it gets. */
import { modelKeys } from "../check/catalog.ts";
import { check, checkDeclarations } from "../check/check.ts";
import { unusedDeclarations } from "../check/rules/unused-declarations.ts";
import type { Validate } from "../check/validate.ts";
import { defaultFunctions } from "../components/buckets.ts";
import { tooLarge } from "../components/too-large.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Bundle } from "../load/load.ts";
import { type Declarations, declarationsOf } from "../merge/declarations.ts";
import { merge } from "../merge/merge.ts";
import type { Spec } from "../merge/spec.ts";
import type { Observation } from "../model/items.ts";
import type { ModelCatalog } from "../model/layer.ts";
import type { Model } from "../model/model.ts";
import { resolve } from "../model/resolve.ts";
import { ablationProblems } from "./ablations.ts";
import { placeKey } from "./ranges.ts";
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

/** Judges what is there, also where other parts of the text could not be read. */
const certain: ReadonlySet<string> = new Set([
  "check/wrong-value",
  "check/wrong-range",
  "check/mismatch",
  "check/unknown-word",
  "check/unknown-argument",
  "check/unknown-key",
  "check/unknown-component",
  "check/too-many-arguments",
  "check/argument-twice",
]);

/** `found` are the diagnostics of loading; where they have errors, what follows from gaps is left out. */
export function analyse(bundle: Bundle, found: readonly Diagnostic[], checker: Checker): Analysis {
  const diagnostics: Diagnostic[] = [];
  const specs: Spec[] = [];
  const models: Model[] = [];
  const uses: Use[] = [];
  const isBroken = hasErrors(found);
  /** As far as the compiler goes without errors; `name` is what the uses are listed under. */
  const judge = (spec: Spec, name: string): readonly Diagnostic[] => {
    const checked = check(spec, checker.catalog, checker);
    if (isBroken || !checked.value || hasErrors(checked.diagnostics)) return checked.diagnostics;
    const resolved = resolvedIn(checked.value, name, checker, uses);
    const { value: model, diagnostics: wrong } = resolved;
    if (!model) return [...checked.diagnostics, ...wrong];
    models.push({ ...model, name });
    const large = tooLarge(model, defaultFunctions(model, model.train.batch));
    return [...checked.diagnostics, ...wrong, ...large];
  };
  const declarations = declarationsOf(bundle, (diagnostic) => diagnostics.push(diagnostic));
  const names = modelNames(bundle);
  for (const model of names) {
    const merged = merge(bundle, { model, keys: modelKeys(checker.catalog) });
    diagnostics.push(...merged.diagnostics);
    if (!merged.value) continue;
    specs.push(merged.value);
    if (!hasErrors(merged.diagnostics)) diagnostics.push(...judge(merged.value, model));
  }
  diagnostics.push(...ablationProblems(bundle, modelKeys(checker.catalog), judge));
  if (!hasErrors(diagnostics)) diagnostics.push(...unusedDeclarations(bundle));
  if (names.length === 0) diagnostics.push(...checkDeclarations(declarations, checker.catalog, checker));
  const said = isBroken ? diagnostics.filter(({ code }) => certain.has(code)) : diagnostics;
  return { declarations, specs, models, uses, diagnostics: unique([...found, ...said]) };
}

const modelNames = ({ entry }: Bundle): readonly string[] =>
  entry.declarations.flatMap((each) =>
    each.kind === "block" && each.keyword.text === "model" && each.label ? [each.label.text] : [],
  );

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

/** Several models of one file find the same mistake in what they share. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const byKey = new Map(
    diagnostics.map((each) => [`${each.code} ${each.message} ${each.span ? placeKey(each.span) : ""}`, each]),
  );
  return [...byKey.values()];
}

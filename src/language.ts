/**
 * The language on one screen: a text becomes a document, a bundle with the files it uses, a merged and checked
 * spec, and a resolved model. Nothing here knows a graph, so a check answers before any is loaded.
 */
import { wordsToMerge } from "./check/catalog.ts";
import { certain } from "./check/certain.ts";
import { check, checkDeclarations, type SeenDeclarations } from "./check/check.ts";
import { preparedChecks } from "./check/prepared-checks.ts";
import { unusedDeclarations } from "./check/rules/unused-declarations.ts";
import { createValidator, type Validate } from "./check/validate.ts";
import { defaultFunctions } from "./components/buckets.ts";
import { catalog } from "./components/index.ts";
import { tooLarge } from "./components/too-large.ts";
import { allCodes } from "./diagnostics/codes/index.ts";
import type { Diagnostic, Result } from "./diagnostics/diagnostic.ts";
import { hasErrors } from "./diagnostics/diagnostic.ts";
import { inOrder } from "./diagnostics/in-order.ts";
import { fileHost } from "./load/file-host.ts";
import { libraryRoots } from "./load/library-roots.ts";
import { type Bundle, type Host, load } from "./load/load.ts";
import { declarationsOf, isExtended, modelsIn } from "./merge/declarations.ts";
import { type MergeOptions, merge } from "./merge/merge.ts";
import { unedited } from "./merge/unedited.ts";
import type { Model } from "./model/model.ts";
import { resolve } from "./model/resolve.ts";
import { own } from "./support/own.ts";

export interface ModelOptions extends Pick<MergeOptions, "model" | "changes" | "isBase"> {
  /** `path=value`, in order. */
  readonly set?: readonly string[];
  /** How many classes the data set has; the config's own count must agree. */
  readonly classes?: number;
  /** The names of its categories. */
  readonly categoryNames?: readonly string[];
  /** The ids of its categories, which are the classes where `classIds` is `raw`. */
  readonly categoryIds?: readonly number[];
  /** One that is already there, for who resolves many models. */
  readonly validate?: Validate;
  /** The same of what their files declare. */
  readonly seen?: SeenDeclarations;
}

/** The language: a config file becomes a model, or all that is wrong with it. */
export async function resolveFile(
  path: string,
  options: ModelOptions,
  host: Host = fileHost,
): Promise<Result<Model>> {
  const { value: bundle, diagnostics } = await loadFile(path, host); // syntax, load
  if (!bundle) return { diagnostics };
  const { value, diagnostics: found } = resolveBundle(bundle, options);
  const all = inOrder([...diagnostics, ...found]);
  return value && !hasErrors(all) ? { value, diagnostics: all } : { diagnostics: all };
}

export const loadFile = (path: string, host: Host = fileHost): Promise<Result<Bundle>> =>
  load(path, host, { libraryRoots: libraryRoots() });

/** One of the models of files that are loaded. Each stage goes on with what the one before has left whole. */
export function resolveBundle(bundle: Bundle, options: ModelOptions): Result<Model> {
  return withUnused(resolveModel(bundle, options), bundle);
}

/** With what the file declares in vain, which no model of it says alone. */
function withUnused({ value, diagnostics }: Result<Model>, bundle: Bundle): Result<Model> {
  const all = inOrder([...diagnostics, ...unusedDeclarations(bundle, diagnostics)]);
  return value ? { value, diagnostics: all } : { diagnostics: all };
}

function resolveModel(bundle: Bundle, options: ModelOptions): Result<Model> {
  const found: Diagnostic[] = [];
  const keep = <T>(result: Result<T>): T | undefined => {
    // One by one: there may be more than a call takes arguments.
    for (const diagnostic of result.diagnostics) found.push(diagnostic);
    return result.value;
  };
  const merged = keep(merge(bundle, { ...options, sets: options.set ?? [], ...wordsToMerge(catalog) })); // merge
  // Compiling schemas takes its time, so both stages share them.
  const validate = options.validate ?? createValidator(catalog, preparedChecks());
  const { seen = {} } = options;
  const spec = merged && keep(check(merged, catalog, { validate, seen })); //      check
  const { classes, categoryIds, categoryNames } = options;
  const known = { classes, categoryIds, categoryNames, validate };
  const model = spec && keep(resolve(spec, catalog, known)); //                    model
  if (model) found.push(...tooLarge(model, defaultFunctions(model, model.train.batch)));
  if (!merged)
    found.push(
      ...checkDeclarations(
        declarationsOf(bundle, () => {}),
        catalog,
        { validate },
      ),
    );
  const diagnostics = bundle.isPartial ? certain(found) : found;
  return model && !hasErrors(diagnostics) ? { value: model, diagnostics } : { diagnostics };
}

/** The model that `options` mean, with what is wrong with it or with any other model of the file. */
export function checkBundle(bundle: Bundle, options: ModelOptions): Result<Model> {
  const validate = options.validate ?? createValidator(catalog, preparedChecks());
  const seen: SeenDeclarations = {};
  const { value, diagnostics } = resolveModel(bundle, { ...options, validate, seen });
  const last = modelsIn(bundle).at(-1)?.label?.text;
  const others = modelsIn(bundle).flatMap((block) => {
    if (!block.label || block.label.text === (options.model ?? last)) return [];
    const { set: _, changes: __, ...known } = options;
    return judgedAlone(bundle, block.label.text, { ...known, validate, seen });
  });
  const all = [...diagnostics, ...others, ...beforeEdits(bundle, { ...options, validate, seen })];
  return withUnused({ ...(value && !hasErrors(all) && { value }), diagnostics: all }, bundle);
}

/** What is wrong in the structure of models, though their own edits take it away. */
function beforeEdits(bundle: Bundle, { validate, seen }: ModelOptions): readonly Diagnostic[] {
  const plain = unedited(bundle);
  const models = plain ? modelsIn(plain) : [];
  return models.flatMap(({ label }) => {
    const { value } = merge(plain!, { ...(label && { model: label.text }), ...wordsToMerge(catalog) });
    const known = { ...(validate && { validate }), ...(seen && { seen }) };
    const found = value ? check(value, catalog, known).diagnostics : [];
    return found.filter(({ code }) => own(allCodes, code)?.structural);
  });
}

/** What is wrong with a model, where those that extend it in the same file may say what it leaves out. */
function judgedAlone(bundle: Bundle, model: string, options: ModelOptions): readonly Diagnostic[] {
  const { diagnostics } = resolveModel(bundle, { ...options, model });
  const isBase = isExtended(model, bundle);
  return isBase && hasErrors(diagnostics)
    ? resolveModel(bundle, { ...options, model, isBase }).diagnostics
    : diagnostics;
}

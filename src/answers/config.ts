/** A config with all that the stages before its model know of it: what questions about its text are asked of. */
import { wordsToMerge } from "../check/catalog.ts";
import { check } from "../check/check.ts";
import { modelScope } from "../check/model-scope.ts";
import type { Scope } from "../check/values.ts";
import { catalog } from "../components/index.ts";
import { hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { loadFile, type ModelOptions, resolveBundle } from "../language.ts";
import { fileHost } from "../load/file-host.ts";
import type { Host } from "../load/load.ts";
import { merge } from "../merge/merge.ts";
import type { Spec } from "../merge/spec.ts";
import type { ModelCatalog } from "../model/layer.ts";
import type { Model } from "../model/model.ts";
import { profiledCatalog } from "../model/resolve.ts";

export interface Config {
  readonly spec: Spec;
  readonly model: Model;
  /** With the defaults of the model's profile. */
  readonly catalog: ModelCatalog;
  /** What names in the values of the model mean. */
  readonly scope: Scope;
}

/** The config at `path`, which must have nothing wrong with it. */
export async function readConfig(
  path: string,
  options: ModelOptions,
  host: Host = fileHost,
): Promise<Result<Config>> {
  const { value: bundle, diagnostics } = await loadFile(path, host);
  if (!bundle || hasErrors(diagnostics)) return { diagnostics };
  const { value: model, diagnostics: found } = resolveBundle(bundle, options);
  const spec = merge(bundle, { ...options, sets: options.set ?? [], ...wordsToMerge(catalog) }).value;
  const checked = model && spec && check(spec, catalog, options).value;
  if (!model || !checked) return { diagnostics: [...diagnostics, ...found] };
  const scope = modelScope(checked, catalog, () => {});
  const value = { spec: checked, model, catalog: profiledCatalog(checked, catalog, scope), scope };
  return { value, diagnostics: [...diagnostics, ...found] };
}

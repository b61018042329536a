/** What a rule over a resolved model sees, and how it names places in the text. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Span } from "../../diagnostics/span.ts";
import type { MergedSetting, Spec } from "../../merge/spec.ts";
import type { ModelCatalog } from "../layer.ts";
import type { Model } from "../model.ts";

export interface RuleSite {
  readonly model: Model;
  readonly spec: Spec;
  readonly catalog: ModelCatalog;
}

/** One thing that can be wrong with a model that can be built. */
export type ModelRule = (site: RuleSite) => readonly Diagnostic[];

/** Where the text sets `path`; undefined where it is left to its default. */
export const setAt = ({ model }: RuleSite, path: string): Span | undefined =>
  Object.hasOwn(model.places, path) ? model.places[path] : undefined;

/** Where `path` is set, else the block around it, else the model. */
export function placeAt(site: RuleSite, path: string): Span {
  const found = setAt(site, path);
  if (found) return found;
  const end = path.lastIndexOf(".");
  if (end >= 0) return placeAt(site, path.slice(0, end));
  return site.spec.model.label?.span ?? site.spec.model.keyword.span;
}

/** The other place of a conflict, where the text has one. */
export function relatedAt(site: RuleSite, path: string, message: string): NonNullable<Diagnostic["related"]> {
  const span = setAt(site, path);
  return span ? [{ message, span }] : [];
}

/** The setting behind a path of blocks that have no names. */
export function settingAt({ spec }: RuleSite, path: string): MergedSetting | undefined {
  const names = path.split(".");
  let entries = spec.model.entries;
  for (const [index, name] of names.entries()) {
    const found = entries.find((entry) =>
      entry.kind === "setting" ? entry.name.text === name : entry.keyword.text === name,
    );
    if (found?.kind === "setting") return index === names.length - 1 ? found : undefined;
    entries = found?.entries ?? [];
  }
  return undefined;
}

/** What every part of `resolve` shares. */
import type { Evaluation } from "../check/evaluate.ts";
import type { Validate } from "../check/validate.ts";
import type { Scope } from "../check/values.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Spec } from "../merge/spec.ts";
import { placeEdits } from "./edits.ts";
import { applyStage, itemOf } from "./elaborate.ts";
import { unknown } from "./holes.ts";
import type { Construction, Edits, Feature, Item, ItemScope, Site } from "./items.ts";
import type { ModelCatalog } from "./layer.ts";
import type { FeatureShape, Network } from "./model.ts";
import { networkOf } from "./network.ts";
import { asFeature, extend, type Place } from "./places.ts";
import { type SectionView, settingOf } from "./section.ts";

export interface Resolving {
  readonly spec: Spec;
  readonly catalog: ModelCatalog;
  readonly constants: Scope;
  readonly validate: Validate;
  readonly report: Evaluation["report"];
  readonly observe: Construction["observe"];
  readonly paths: Construction["paths"];
  readonly known: Construction["known"];
  readonly edits: Edits;
}

const noNames: ItemScope = { lookup: () => undefined, names: () => [] };

/** Applies the layers behind `key` to `input`, at `path`. Built as far as results are asked for. */
export function applySetting(
  view: SectionView,
  key: string,
  path: string,
  input: Feature,
  resolving: Resolving,
): { readonly item: Item; readonly construction: Construction } {
  const setting = settingOf(view, key);
  if (!setting || setting.value.kind === "hole") return unknown();
  const { catalog, spec, constants, validate, report, observe, paths, known, edits } = resolving;
  placeEdits(setting, path, edits);
  const construction: Construction = {
    catalog,
    modules: spec.modules,
    constants,
    validate,
    report,
    observe,
    layers: [],
    edits,
    known,
    paths,
  };
  const site: Site = { path, chain: [] };
  const place: Place = { scope: extend(noNames, { input }), site, construction };
  const first = setting.value.kind === "list" ? undefined : itemOf(setting.value, place);
  const item = first && first.kind !== "layer" ? first : applyStage({ value: setting.value }, input, place);
  return item.kind === "failed" ? unknown() : { item, construction };
}

/** A network of one input `input` and one result `output`: a head or a trunk; `alsoRead` as in `networkOf`. */
export function sequence(
  view: SectionView,
  key: string,
  path: string,
  shape: FeatureShape,
  resolving: Resolving,
  alsoRead: readonly string[] = [],
): Network {
  const input: Feature = { kind: "feature", value: "input", shape };
  const { item, construction } = applySetting(view, key, path, input, resolving);
  const output = asFeature(item, settingOf(view, key)!.value.span, { construction }) ?? unknown();
  const inputs = [{ name: "input", feature: input }];
  return networkOf(construction, inputs, [{ name: "output", feature: output }], alsoRead);
}

/** Reports that the layers behind `key` end in a shape that the last layers cannot continue. */
export function reportOutput(
  view: SectionView,
  key: string,
  found: string,
  wanted: string,
  { report }: Resolving,
): void {
  const span = settingOf(view, key)!.value.span;
  report(diagnose(modelCodes, "model/head-output", { what: `\`${key}\``, found, wanted }, { span }));
}

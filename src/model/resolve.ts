/** `resolve`: a checked spec to a model in which every default is filled and every derived number computed. */
import { modelScope } from "../check/model-scope.ts";
import { createValidator, type Validate } from "../check/validate.ts";
import type { Scope } from "../check/values.ts";
import { withinStack } from "../check/within-stack.ts";
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { MergedBlock, Spec } from "../merge/spec.ts";
import { createEdits } from "./edits.ts";
import { networksOf, resolveFrozen } from "./frozen.ts";
import { guarded, isWhole, known, orHole, part, unknown } from "./holes.ts";
import type { Feature, Observe } from "./items.ts";
import type { ModelCatalog } from "./layer.ts";
import type { Backbone } from "./levels.ts";
import type { DetectModel, InputModel, Model, Network } from "./model.ts";
import { networkOf } from "./network.ts";
import { applyProfile, withoutProfiled } from "./profile.ts";
import { type KnownClasses, resolveClasses } from "./resolve-classes.ts";
import { resolveInput } from "./resolve-input.ts";
import { resolveProposals, rpnBlock } from "./resolve-proposals.ts";
import { resolveRegions } from "./resolve-regions.ts";
import { resolveRpn } from "./resolve-rpn.ts";
import { resolveTrain } from "./resolve-train.ts";
import { applySetting, type Resolving } from "./resolving.ts";
import { judge } from "./rules/index.ts";
import { placeOf, type SectionView, subsection, viewSection } from "./section.ts";
import { unusedEdits } from "./unused-edits.ts";

export interface ResolveOptions extends KnownClasses {
  /** A validator of the same catalogue that is already there. */
  readonly validate?: Validate;
  /** Told of each use as it is built, also where the model as a whole is wrong. */
  readonly observe?: Observe;
}

const image: Feature = { kind: "feature", value: "image", shape: { kind: "image", channels: 3, stride: 1 } };

/** `spec` is what `check` gives with the same catalogue; where it has holes, so has the model, which is not given. */
export const resolve = (spec: Spec, catalog: ModelCatalog, options: ResolveOptions = {}): Result<Model> =>
  withinStack(spec.model.keyword.span, () => resolved(spec, catalog, options));

function resolved(spec: Spec, catalog: ModelCatalog, options: ResolveOptions): Result<Model> {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const constants = modelScope(spec, catalog, report);
  const resolving: Resolving = {
    spec,
    catalog: profiledCatalog(spec, catalog, constants),
    constants,
    report,
    validate: options.validate ?? createValidator(catalog),
    observe: options.observe ?? (() => {}),
    paths: new Map(),
    known: { layers: new Map(), modules: new Set(), alike: new Map() },
    edits: createEdits(),
  };
  const view = viewSection(spec.model, resolving.catalog.model, spec.model.keyword.span, resolving);
  const made = resolveModel(view, options, resolving);
  const model = guarded(made);
  diagnostics.push(...(known(() => idleEdits(model, resolving)) ?? []), ...judge({ ...resolving, model }));
  return isWhole(made) && !hasErrors(diagnostics) ? { value: made, diagnostics } : { diagnostics };
}

/** Paths that lead to nothing; what was not built may have had them. */
function idleEdits(model: Model, { edits, paths }: Resolving): readonly Diagnostic[] {
  networksOf(model);
  return unusedEdits(edits, paths.keys());
}

/** The catalogue with the defaults of the profile that the model names. */
export function profiledCatalog(spec: Spec, catalog: ModelCatalog, constants: Scope): ModelCatalog {
  const view = viewSection(spec.model, catalog.model, spec.model.keyword.span, { catalog, constants });
  const profile = known(() => ({ name: view.values.profile }));
  if (!profile) return withoutProfiled(catalog);
  return typeof profile.name === "string" ? applyProfile(catalog, profile.name) : catalog;
}

function resolveModel(view: SectionView, options: ResolveOptions, resolving: Resolving): Model {
  const { spec } = resolving;
  const classes = part(() => resolveClasses(view, options, resolving));
  const input = guarded(resolveInput(subsection(view, "input", resolving), resolving));
  const backbone = part(() => applyBackbone(view, resolving));
  const proposals = orHole(() => resolveProposals(view, resolving));
  const rpn = part(() => (rpnBlock(view) ? guarded(resolveRpn(view, backbone, resolving)) : null));
  const regions = guarded(resolveRegions(view, backbone, classes, resolving));
  known(() =>
    checkMultiple(backboneNetwork(backbone()), input, subsection(view, "input", resolving), resolving),
  );
  // What wrong levels would have read is not built.
  const network = part(() => {
    const read = [rpn()?.levels, regions.levels];
    return backboneNetwork(
      read.every((levels) => levels === undefined || isWhole(levels)) ? backbone() : unknown(),
    );
  });
  const train = resolveTrain(view, resolving);
  const frozen = () => resolveFrozen(view, { backbone: network(), rpn: rpn(), regions }, resolving);
  return {
    name: spec.model.label?.text ?? "model",
    documentation: spec.model.documentation ?? "",
    classes: orHole(classes),
    classIds: orHole(() => view.values.classIds as Model["classIds"]),
    input,
    backbone: orHole(network),
    rpn: orHole(rpn),
    proposals,
    boxWidth: orHole(() => view.values.boxWidth as Model["boxWidth"]),
    regions,
    detect: subsection(view, "detect", resolving).values as unknown as DetectModel,
    train: { ...train, frozen: orHole(frozen) },
    places: placesIn(spec.model),
  };
}

function applyBackbone(view: SectionView, resolving: Resolving): Backbone {
  const { item, construction } = applySetting(view, "backbone", "backbone", image, resolving);
  return { item, construction, names: item.kind === "features" ? item.names : ["output"], used: new Map() };
}

/** Results that nothing reads have not been built and are left out. */
function backboneNetwork({ construction, names, used }: Backbone): Network {
  const results = names.flatMap((name) => used.get(name) ?? []);
  return networkOf(construction, [{ name: "image", feature: image }], results);
}

/** An enlarged map has the size of the finer one only where every coarser size was exact. */
function checkMultiple(
  { layers }: Network,
  { multiple }: InputModel,
  view: SectionView,
  { report }: Resolving,
): void {
  const wrong = layers.find(
    ({ inputShapes: [from], output }) =>
      from?.kind === "image" &&
      output.kind === "image" &&
      output.stride < from.stride &&
      multiple % from.stride !== 0,
  );
  const from = wrong?.inputShapes[0];
  if (!wrong || from?.kind !== "image") return;
  const related = [{ message: "enlarged here", span: wrong.span }];
  const values = { multiple, stride: from.stride, path: wrong.path };
  report(diagnose(modelCodes, "model/multiple", values, { span: placeOf(view, "multiple"), related }));
}

/** Where each block and each key that is known is written, by its path; heads go by their names. */
function placesIn(model: MergedBlock): Readonly<Record<string, Span>> {
  const places: Record<string, Span> = {};
  const visit = (block: MergedBlock, path: string): void => {
    for (const entry of block.entries) {
      if (entry.kind === "setting" && entry.value.kind === "hole") continue;
      const name = entry.kind === "setting" ? entry.name.text : (entry.label?.text ?? entry.keyword.text);
      const at = path === "" ? name : `${path}.${name}`;
      places[at] = entry.kind === "setting" ? entry.span : entry.keyword.span;
      if (entry.kind === "block") visit(entry, at);
    }
  };
  visit(model, "");
  return places;
}

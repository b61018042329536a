/** `merge`: one model out of what it extends, its own text and what is set from outside. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import type { Bundle } from "../load/load.ts";
import { readOverrides } from "../support/overrides.ts";
import { nearestName } from "../support/suggest.ts";
import type { Block, Edit, Entry, Expression, Setting } from "../syntax/ast.ts";
import { parseChanges, parseSetting } from "../syntax/parse.ts";
import { changed, changeOf } from "./change.ts";
import { type Declarations, declarationsOf } from "./declarations.ts";
import type { MergedBlock, MergedSetting, Spec } from "./spec.ts";

export interface MergeOptions {
  /** The model meant; the last one of the entry file where absent. */
  readonly model?: string;
  /** What a point of an ablation says on top of the model, as if a model that extends it said so. */
  readonly changes?: readonly Entry[];
  /** `path=expression` or files of changes, applied in this order behind all text. */
  readonly sets?: readonly string[];
}

type Report = (diagnostic: Diagnostic) => void;

/** What every change needs beside the texts. */
interface Merging {
  readonly report: Report;
  readonly modules: Declarations["modules"];
}

export function merge(bundle: Bundle, options: MergeOptions = {}): Result<Spec> {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const declarations = declarationsOf(bundle, report);
  const block = chosen(bundle, declarations, options.model, report);
  const model = block && extended(block, declarations, [], report);
  if (!model) return { diagnostics };
  const sets = readOverrides(options.sets ?? []).map(({ name, text, isFile }) => ({
    source: { name, text },
    isFile,
  }));
  const spec: Spec = {
    model,
    modules: declarations.modules,
    constants: declarations.constants,
    sources: [
      ...[...bundle.documents.values()].map((document) => document.source),
      ...sets.map(({ source }) => source),
    ],
  };
  const changes = options.changes ?? [];
  const varied = changes.reduce((before, entry) => withEntry(before, entry, report), spec);
  const value = sets.reduce(
    (before, { source, isFile }) => (isFile ? withFile : withSet)(before, source, report),
    varied,
  );
  return { value, diagnostics };
}

function chosen(
  { entry }: Bundle,
  { models }: Declarations,
  wanted: string | undefined,
  report: Report,
): Block | undefined {
  if (wanted !== undefined) return modelNamed(wanted, undefined, models, report);
  const blocks = entry.declarations.filter((each): each is Block => each.kind === "block");
  const last = blocks.findLast(({ keyword }) => keyword.text === "model");
  const base = last ? undefined : baseOf(blocks);
  if (base) return modelNamed(base.name, base.span, models, report);
  if (!last) {
    const span = { source: entry.source, start: 0, end: 0 };
    report(diagnose(mergeCodes, "merge/no-model", { path: entry.source.name }, { span }));
  }
  return last?.label && models.get(last.label.text);
}

/** What the ablation of a file without a model of its own is about. */
function baseOf(blocks: readonly Block[]): (Expression & { readonly kind: "name" }) | undefined {
  const ablation = blocks.findLast(({ keyword }) => keyword.text === "ablation");
  const values = (ablation?.entries ?? []).flatMap((entry) =>
    entry.kind === "setting" && entry.path[0]!.text === "base" ? entry.value : [],
  );
  return values.find((value) => value.kind === "name");
}

/** `span` is where the name is written, unless it came with a command. */
function modelNamed(
  name: string,
  span: Span | undefined,
  models: Declarations["models"],
  report: Report,
): Block | undefined {
  const found = models.get(name);
  if (found) return found;
  const nearest = nearestName(name, models.keys());
  const fixes =
    span && nearest ? [{ title: `write \`${nearest}\``, edits: [{ span, text: nearest }] }] : undefined;
  report(diagnose(mergeCodes, "merge/unknown-model", { name, nearest }, { span, fixes }));
  return undefined;
}

/** `block` on top of what it extends; `below` are the models that extend it, outermost first. */
function extended(
  block: Block,
  declarations: Declarations,
  below: readonly Block[],
  report: Report,
): MergedBlock | undefined {
  const wanted = block.extends;
  if (!wanted) return merged(empty(block), block, { report, modules: declarations.modules });
  const base = modelNamed(wanted.text, wanted.span, declarations.models, report);
  if (!base) return undefined;
  const chain = [...below, block];
  if (chain.includes(base)) {
    const names = [...chain.slice(chain.indexOf(base)), base].map((each) => each.label!.text);
    report(diagnose(mergeCodes, "merge/extends-circle", { chain: names }, { span: wanted.span }));
    return undefined;
  }
  const under = extended(base, declarations, chain, report);
  return under && merged(under, block, { report, modules: declarations.modules });
}

const empty = (block: Block): MergedBlock => ({
  kind: "block",
  keyword: block.keyword,
  ...(block.label && { label: block.label }),
  entries: [],
  span: block.span,
  history: [],
});

/** What `block` says on top of `base`: key by key, blocks of one kind and label into each other. */
function merged(base: MergedBlock, block: Block, merging: Merging): MergedBlock {
  const { documentation: _, ...inherited } = base;
  const start: MergedBlock = {
    ...inherited,
    ...(block.label && { label: block.label }),
    ...(block.type && { type: block.type }),
    ...(block.on && { on: block.on }),
    ...(block.documentation !== undefined && { documentation: block.documentation }),
    keyword: block.keyword,
    span: block.span,
    history: base.span === block.span ? base.history : [...base.history, base.span],
  };
  return block.entries.reduce(
    (into, entry) =>
      entry.kind === "block" ? withBlock(into, entry, merging) : withChange(into, entry, merging),
    start,
  );
}

function withChange(into: MergedBlock, entry: Setting | Edit, merging: Merging): MergedBlock {
  const change = changeOf(entry, merging.report, merging.modules);
  const by = entry.kind === "edit" ? entry.block : undefined;
  return changed(into, by ? { ...change, block: merged(empty(by), by, merging) } : change);
}

function withBlock(into: MergedBlock, block: Block, merging: Merging): MergedBlock {
  const { text } = block.keyword;
  const clash = into.entries.find((entry) => entry.kind === "setting" && entry.name.text === text);
  if (clash?.kind === "setting" && !block.label) {
    const related = [{ message: "it is a value here", span: clash.name.span }];
    const values = { name: text, found: "value" } as const;
    merging.report(
      diagnose(mergeCodes, "merge/block-and-value", values, { span: block.keyword.span, related }),
    );
    return into;
  }
  const same = into.entries.find(
    (entry) =>
      entry.kind === "block" && entry.keyword.text === text && entry.label?.text === block.label?.text,
  );
  const result = merged((same as MergedBlock | undefined) ?? empty(block), block, merging);
  const entries = same
    ? into.entries.map((entry) => (entry === same ? result : entry))
    : [...into.entries, result];
  return { ...into, entries };
}

function withSet(spec: Spec, source: Source, report: Report): Spec {
  const { value: setting, diagnostics } = parseSetting(source);
  for (const diagnostic of diagnostics) report(diagnostic);
  return setting ? withEntry(spec, setting, report) : spec;
}

function withFile(spec: Spec, source: Source, report: Report): Spec {
  const { value: entries = [], diagnostics } = parseChanges(source);
  for (const diagnostic of diagnostics) report(diagnostic);
  return entries.reduce((before, entry) => withEntry(before, entry, report), spec);
}

/** A path may begin with `model`; one that is a constant and nothing in the model sets the constant. */
function withEntry(spec: Spec, entry: Entry, report: Report): Spec {
  const merging = { report, modules: spec.modules };
  if (entry.kind === "block") return { ...spec, model: withBlock(spec.model, entry, merging) };
  const constant = entry.kind === "setting" ? constantOf(spec, entry) : undefined;
  if (constant && entry.kind === "setting") {
    const { value, span } = entry;
    const history = [...constant.history, constant.span];
    const constants = new Map(spec.constants).set(constant.name.text, { ...constant, value, span, history });
    return { ...spec, constants };
  }
  const path = entry.path[0]!.text === "model" && entry.path.length > 1 ? entry.path.slice(1) : entry.path;
  return { ...spec, model: withChange(spec.model, { ...entry, path }, merging) };
}

function constantOf(spec: Spec, { path }: Setting): MergedSetting | undefined {
  const name = path[0]!.text;
  const inModel = spec.model.entries.some((entry) =>
    entry.kind === "setting" ? entry.name.text === name : entry.keyword.text === name,
  );
  return path.length === 1 && !inModel ? spec.constants.get(name) : undefined;
}

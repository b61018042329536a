/** `merge`: one model out of what it extends, its own text and what is set from outside. */

import { mergeCodes } from "../diagnostics/codes/merge.ts";
import { syntaxCodes } from "../diagnostics/codes/syntax.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import type { Bundle } from "../load/load.ts";
import { readOverrides } from "../support/overrides.ts";
import { nearestName } from "../support/suggest.ts";
import type { Block, Edit, Entry, Expression, Name, Setting } from "../syntax/ast.ts";
import { limits } from "../syntax/context.ts";
import { parseChanges } from "../syntax/parse.ts";
import { changed, changeOf, type Merging } from "./change.ts";
import { type Constants, settled, withConstant } from "./constants.ts";
import { type Declarations, declarationsOf, isModel } from "./declarations.ts";
import type { MergedBlock, Spec } from "./spec.ts";
import { unfinished } from "./unfinished.ts";

export interface MergeOptions {
  /** The model meant; the last one of the entry file where absent. */
  readonly model?: string;
  /** What a point of an ablation says on top of the model, as if a model that extends it said so. */
  readonly changes?: readonly Entry[];
  /** `path=expression` or files of changes, applied in this order behind all text. */
  readonly sets?: readonly string[];
  /** Whether the model is one that others complete. */
  readonly isBase?: boolean;
  /** Names of the keys and blocks of a model; a constant of another name is one that a model can set. */
  readonly keys?: readonly string[];
  /** Names of components that take any number of values, to which values are appended. */
  readonly variadic?: readonly string[];
}

type Report = (diagnostic: Diagnostic) => void;

export function merge(bundle: Bundle, options: MergeOptions = {}): Result<Spec> {
  const once = mergeOnce(bundle, options, undefined);
  // What was changed inside a constant's value is changed inside the value that it has in the end.
  const final = once.value?.constants;
  return final && once.isOutdated ? mergeOnce(bundle, options, final) : once;
}

/** `final` are the constants as they are in the end, where they are not as declared. */
function mergeOnce(
  bundle: Bundle,
  options: MergeOptions,
  final: Constants | undefined,
): Result<Spec> & { readonly isOutdated?: boolean } {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const declarations = declarationsOf(bundle, report);
  const { constants: declared, modules } = declarations;
  const read = new Set<string>();
  const naming = {
    declared,
    final: final ?? declared,
    keys: new Set(options.keys),
    variadic: new Set(options.variadic),
    read,
  };
  const merging: Merging = { report, modules, naming };
  const block = chosen(bundle, declarations, options.model, report);
  const base = block && extended(block, declarations, [], merging);
  if (!base) return { diagnostics };
  const texts = readOverrides(options.sets ?? []).map(({ name, text }): Source => ({ name, text }));
  const entries = [...(options.changes ?? []), ...texts.flatMap((source) => entriesIn(source, report))];
  const varied = entries.reduce((model, entry) => withEntry(model, fromOutside(entry), merging), base);
  const { model, constants } = settled(varied, naming);
  const sources = [...[...bundle.documents.values()].map((document) => document.source), ...texts];
  return {
    value: {
      model: options.isBase ? unfinished(model) : model,
      modules,
      constants,
      spelledOut: read,
      sources,
    },
    diagnostics,
    isOutdated: [...read].some((name) => constants.get(name) !== naming.final.get(name)),
  };
}

function chosen(
  { entry }: Bundle,
  { models }: Declarations,
  wanted: string | undefined,
  report: Report,
): Block | undefined {
  if (wanted !== undefined) return modelNamed(wanted, undefined, models, report);
  const blocks = entry.declarations.filter((each): each is Block => each.kind === "block");
  const last = blocks.findLast(isModel);
  const base = last ? undefined : baseOf(blocks);
  if (base) return modelNamed(base.name, base.span, models, report);
  if (!last) {
    const span = { source: entry.source, start: 0, end: 0 };
    report(diagnose(mergeCodes, "merge/no-model", { path: entry.source.name }, { span }));
  }
  return last?.label ? models.get(last.label.text) : last;
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
  merging: Merging,
): MergedBlock {
  const wanted = block.extends;
  if (!wanted) return merged(empty(block), block, merging);
  const base = modelNamed(wanted.text, wanted.span, declarations.models, merging.report);
  if (!base) return merged(unknownBase(block), block, merging);
  const chain = [...below, block];
  if (chain.includes(base)) {
    merging.report(circle(chain.slice(chain.indexOf(base)), wanted));
    return merged(unknownBase(block), block, merging);
  }
  if (chain.length > limits.depth) {
    merging.report(diagnose(syntaxCodes, "syntax/too-deep", { limit: limits.depth }, { span: wanted.span }));
    return merged(unknownBase(block), block, merging);
  }
  const under = extended(base, declarations, chain, merging);
  return merged(under, block, merging);
}

/** `models` extend each the next, and the last, by `wanted`, the first again. */
function circle(models: readonly Block[], wanted: Name): Diagnostic {
  const names = [...models, models[0]!].map((each) => each.label!.text);
  const related = models.slice(0, -1).map((each) => ({
    message: `\`${each.label!.text}\` extends \`${each.extends!.text}\` here`,
    span: each.extends!.span,
  }));
  return diagnose(mergeCodes, "merge/extends-circle", { chain: names }, { span: wanted.span, related });
}

const empty = (block: Block): MergedBlock => ({
  kind: "block",
  keyword: block.keyword,
  ...(block.label && { label: block.label }),
  entries: [],
  span: block.span,
  history: [],
});

const unknownBase = (block: Block): MergedBlock => ({ ...empty(block), isPartial: true });

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
    ...((base.isPartial || block.isPartial) && { isPartial: true }),
  };
  const isModel = block.keyword.text === "model";
  const own = isModel ? { ...merging, within: block.span } : merging;
  return block.entries.reduce(
    (into, entry) => (isModel && entry.kind === "edit" ? withEntry : withAny)(into, entry, own),
    start,
  );
}

const withAny = (into: MergedBlock, entry: Entry, merging: Merging): MergedBlock =>
  entry.kind === "block" ? withBlock(into, entry, merging) : withChange(into, entry, merging);

function withChange(into: MergedBlock, entry: Setting | Edit, merging: Merging): MergedBlock {
  const change = changeOf(entry, merging);
  const by = entry.kind === "edit" ? entry.block : undefined;
  return changed(into, by ? { ...change, block: merged(empty(by), by, merging) } : change);
}

function withBlock(into: MergedBlock, block: Block, merging: Merging): MergedBlock {
  const { text } = block.keyword;
  const clash = into.entries.find((entry) => entry.kind === "setting" && entry.name.text === text);
  if (clash?.kind === "setting" && clash.value.kind === "hole") return into;
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
  // What nobody could read may have begun the block.
  const fresh = into.isPartial ? unknownBase(block) : empty(block);
  const result = merged((same as MergedBlock | undefined) ?? fresh, block, merging);
  const entries = same
    ? into.entries.map((entry) => (entry === same ? result : entry))
    : [...into.entries, result];
  return { ...into, entries };
}

/** What an argument of `--set`, or a file of changes, says: what may stand in a model. */
function entriesIn(source: Source, report: Report): readonly Entry[] {
  const { value: entries = [], diagnostics } = parseChanges(source);
  for (const diagnostic of diagnostics) report(diagnostic);
  if (source.text.trim() === "") report(nothingSaid(source));
  return entries;
}

/** As a variable of a shell leaves it that is not set. */
function nothingSaid(source: Source): Diagnostic {
  const values = { found: "the end of the text", expected: "a change such as `path = value`" };
  return diagnose(syntaxCodes, "syntax/unexpected", values, { span: { source, start: 0, end: 0 } });
}

/** An edit in a model, and all that comes from outside, may be about a constant. */
function withEntry(model: MergedBlock, entry: Entry, merging: Merging): MergedBlock {
  if (entry.kind === "block") return withBlock(model, entry, merging);
  return withChange(withConstant(model, entry, merging.naming), entry, merging);
}

/** A path may begin with `model`. */
function fromOutside(entry: Entry): Entry {
  if (entry.kind === "block" || entry.path[0]!.text !== "model" || entry.path.length === 1) return entry;
  return { ...entry, path: entry.path.slice(1) };
}

/** From an `ablation` block of the syntax tree to what it says, with all that is wrong with it. */
import { sweepCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import type { Block, Entry, Expression, Name, Setting } from "../syntax/ast.ts";
import {
  type Ablation,
  type Axis,
  type Combination,
  measureNames,
  measures,
  type Published,
} from "./ablation.ts";
import { casesOf, type Report, variantOf } from "./read-cases.ts";
import { exclusions, metricOf, nameIn, seedsOf, textIn } from "./read-values.ts";

const own = ["base", "source", "seeds", "metric", "exclude", "published"] as const;
const axes = ["case", "vary", "grid", "zip", "union"] as const;
/** What an ablation can hold: keys, and blocks. */
export const ablationWords = { keys: own, blocks: axes } as const;
type OwnName = (typeof own)[number];

/** Undefined where what is wrong leaves nothing to plan. */
export function readAblation(block: Block, report: Report): Ablation | undefined {
  const inside = `the ablation \`${block.label?.text ?? ""}\``;
  const settings = settingsOf(block, inside, [...own, ...axes], report);
  const metric = metricOf(settings.get("metric"), report);
  const parts = partsOf(block, metric, report);
  const base = settings.get("base");
  if (block.label && !/^[A-Za-z_]\w*$/.test(block.label.text)) {
    const values = { name: block.label.text, expected: "a plain name such as `roi_ops`" };
    report(diagnose(sweepCodes, "sweep/wrong-value", values, { span: block.label.span }));
  }
  const missing = [
    ...(block.label ? [] : ["a name"]),
    ...(base ? [] : ["`base`, the model that it varies"]),
    ...(parts.length > 0 ? [] : ["something to vary: `case`, `vary`, `grid`, `zip` or `union`"]),
  ];
  const { span } = block.label ?? block.keyword;
  for (const what of missing) report(missingIn(span, `An ablation`, what));
  const baseName = base && nameIn(base, "the name of a model", report);
  if (missing.length > 0 || !baseName) return undefined;
  sideBySide(parts, report);
  const source = settings.get("source");
  const [first] = parts as [Axis];
  const exclude = exclusions(settings.get("exclude"), report);
  return {
    name: block.label!,
    ...(block.documentation !== undefined && { documentation: block.documentation }),
    ...(source && { source: textIn(source, report) }),
    base: baseName,
    seeds: seedsOf(settings.get("seeds"), report),
    metric,
    axis: exclude.length > 0 ? { kind: "union", parts: [first], exclude, span: block.keyword.span } : first,
    published: blocksOf(block, "published").flatMap((each) =>
      each.label ? [{ point: each.label, values: publishedOf(each, metric, report) }] : unnamed(each, report),
    ),
  };
}

const missingIn = (span: Span, inside: string, what: string): Diagnostic =>
  diagnose(sweepCodes, "sweep/missing", { inside, what }, { span });

function unnamed(block: Block, report: Report): [] {
  report(missingIn(block.keyword.span, "`published` in an ablation", "the name of a point in quotes"));
  return [];
}

const blocksOf = ({ entries }: Block, keyword: string): readonly Block[] =>
  entries.filter((entry): entry is Block => entry.kind === "block" && entry.keyword.text === keyword);

/** The settings of a block by name; what is neither one of these nor a block of `known` is reported. */
function settingsOf(
  block: Block,
  inside: string,
  known: readonly string[],
  report: Report,
): ReadonlyMap<string, Setting> {
  const found = new Map<string, Setting>();
  for (const entry of block.entries) {
    const name = entry.kind === "block" ? entry.keyword : entry.path[0]!;
    const isValue = entry.kind === "setting" && entry.path.length === 1;
    const fits = isValue
      ? known.includes(name.text) && !isBlockWord(name.text)
      : entry.kind === "block" && known.includes(name.text) && isBlockWord(name.text);
    if (!fits) report(unknownEntry(name, inside, known));
    else if (entry.kind === "setting") found.set(name.text, entry);
  }
  return found;
}

const isBlockWord = (name: string): boolean =>
  name === "published" || (axes as readonly string[]).includes(name);

function unknownEntry(name: Name, inside: string, known: readonly string[]): Diagnostic {
  const nearest = nearestName(name.text, known);
  const edits = nearest === undefined ? [] : [{ span: name.span, text: nearest }];
  const fixes = nearest === undefined ? undefined : [{ title: `write \`${nearest}\``, edits }];
  const values = { name: name.text, inside, known, nearest };
  return diagnose(sweepCodes, "sweep/unknown-entry", values, { span: name.span, fixes });
}

/** The axes directly in a block, in the order of the text: its cases together are one. */
function partsOf(block: Block, metric: Ablation["metric"], report: Report): readonly Axis[] {
  const published = (each: Block) => publishedOf(each, metric, report);
  const cases = blocksOf(block, "case");
  return block.entries.flatMap((entry): readonly Axis[] => {
    if (entry.kind !== "block") return [];
    if (entry.keyword.text === "vary") return [casesOf(entry, published, report)];
    if (isCombination(entry)) return [combinationOf(entry, metric, report)];
    if (entry !== cases[0]) return [];
    const variants = cases.map((each) => variantOf(each, undefined, published, report));
    return [{ kind: "cases", cases: variants, span: entry.keyword.span }];
  });
}

const isCombination = ({ keyword }: Block): boolean => ["grid", "zip", "union"].includes(keyword.text);

function combinationOf(block: Block, metric: Ablation["metric"], report: Report): Combination {
  const kind = block.keyword.text as Combination["kind"];
  const settings = settingsOf(block, `\`${kind}\``, ["exclude" satisfies OwnName, ...axes], report);
  const parts = partsOf(block, metric, report);
  if (parts.length === 0) {
    report(missingIn(block.keyword.span, `\`${kind}\``, "something to combine: `case` or `vary`"));
  }
  return { kind, parts, exclude: exclusions(settings.get("exclude"), report), span: block.keyword.span };
}

function sideBySide(parts: readonly Axis[], report: Report): void {
  const [first, second] = parts;
  if (!first || !second) return;
  const word = ({ span }: Axis): string => `\`${span.source.text.slice(span.start, span.end)}\``;
  const values = { first: word(first), second: word(second) };
  const related = [{ message: "the first is here", span: first.span }];
  report(diagnose(sweepCodes, "sweep/side-by-side", values, { span: second.span, related }));
}

const isSource = (entry: Entry): entry is Setting =>
  entry.kind === "setting" && entry.path.length === 1 && entry.path[0]!.text === "source";

/** `published { mask.AP = 26.9 }`, perhaps with a `source` of their own: in points of a hundred, or as a percentage. */
function publishedOf(block: Block, metric: Ablation["metric"], report: Report): readonly Published[] {
  const known = measures[metric];
  const own = block.entries.find(isSource);
  const source = own && textIn(own, report);
  return block.entries.flatMap((entry: Entry): readonly Published[] => {
    if (entry === own) return [];
    const path = entry.kind === "block" ? [entry.keyword] : entry.path;
    const measure = path.map(({ text }) => text).join(".");
    const span = path[0]!.span;
    if (entry.kind !== "setting" || !known.includes(measure)) {
      const values = { name: measure, expected: measureNames[metric], nearest: nearestName(measure, known) };
      report(diagnose(sweepCodes, "sweep/unknown-measure", values, { span }));
      return [];
    }
    const value = pointsIn(entry.value);
    if (value !== undefined && value >= 0 && value <= 100)
      return [{ measure, value, ...(source !== undefined && { source }), span: entry.span }];
    const expected = "a number from 0 to 100, such as `26.9`";
    report(
      diagnose(sweepCodes, "sweep/wrong-value", { name: measure, expected }, { span: entry.value.span }),
    );
    return [];
  });
}

function pointsIn(value: Expression): number | undefined {
  if (value.kind === "percentage") return value.value * 100;
  return value.kind === "number" && value.unit === undefined ? value.value : undefined;
}

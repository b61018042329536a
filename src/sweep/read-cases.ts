/** The cases of one axis: `case "name" { ... }`, or the values of one path. */
import { sweepCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearestName } from "../support/suggest.ts";
import type { Block, Entry, Expression, Name, Setting } from "../syntax/ast.ts";
import type { Axis, Case, Published } from "./ablation.ts";

export type Report = (diagnostic: Diagnostic) => void;
type ReadPublished = (block: Block) => readonly Published[];

/** `vary PATH { case "name" { value = ... } }` or `vary PATH { values = [...] }`. */
export function casesOf(vary: Block, published: ReadPublished, report: Report): Axis {
  const path = pathOf(vary.label);
  if (!path) missing(vary, "`vary`", "the path of what it varies", report);
  const values = valuesOf(vary, report);
  const cases = vary.entries.flatMap((entry): readonly Case[] =>
    entry.kind === "block" && entry.keyword.text === "case"
      ? [variantOf(entry, path, published, report)]
      : [],
  );
  if (!values && cases.length === 0) missing(vary, "`vary`", "`case` blocks or `values = [...]`", report);
  const listed = (values ?? []).map((value) => listedCase(value, path ?? []));
  return { kind: "cases", cases: [...cases, ...listed], span: vary.label?.span ?? vary.keyword.span };
}

function missing(block: Block, inside: string, what: string, report: Report): void {
  const { span } = block.label ?? block.keyword;
  report(diagnose(sweepCodes, "sweep/missing", { inside, what }, { span }));
}

/** `values = [...]`, and nothing else but cases. */
function valuesOf(vary: Block, report: Report): readonly Expression[] | undefined {
  const known = ["case", "values"];
  let found: readonly Expression[] | undefined;
  for (const entry of vary.entries) {
    const name = entry.kind === "block" ? entry.keyword : entry.path[0]!;
    if (entry.kind === "block" && name.text === "case") continue;
    if (entry.kind === "setting" && entry.path.length === 1 && name.text === "values") {
      found = itemsOf(entry, report);
    } else {
      const values = { name: name.text, inside: "`vary`", known, nearest: nearestName(name.text, known) };
      report(diagnose(sweepCodes, "sweep/unknown-entry", values, { span: name.span }));
    }
  }
  return found;
}

/** The items of a list, each with the list's unit. */
function itemsOf({ value }: Setting, report: Report): readonly Expression[] {
  if (value.kind === "list" && value.items.length > 0) {
    const { unit } = value;
    return value.items.map((item) => (unit && item.kind === "number" ? { ...item, unit } : item));
  }
  const values = { name: "values", expected: "a list with at least one value" };
  report(diagnose(sweepCodes, "sweep/wrong-value", values, { span: value.span }));
  return [];
}

/** Named after the last part of the path and the value as it is written. */
function listedCase(value: Expression, path: readonly Name[]): Case {
  const { span } = value;
  const unit = value.kind === "number" && value.unit ? value.unit : "";
  const written = span.source.text.slice(span.start, span.end);
  const name = `${path.at(-1)?.text ?? ""} = ${written.endsWith(unit) ? written : written + unit}`;
  return {
    name: { text: name, span },
    changes: path.length > 0 ? [{ kind: "setting", path, value, span }] : [],
    published: [],
  };
}

/** A case; under `vary PATH` its `value` is that of the path. All else is text of a model that extends the base. */
export function variantOf(
  block: Block,
  path: readonly Name[] | undefined,
  published: ReadPublished,
  report: Report,
): Case {
  if (!block.label) missing(block, "`case`", "a name in quotes", report);
  else if (block.label.text.trim() === "") {
    const values = { name: "case", expected: "a name that has a letter or a digit" };
    report(diagnose(sweepCodes, "sweep/wrong-value", values, { span: block.label.span }));
  }
  const value = path && block.entries.find(isValue);
  if (path && !value) missing(block, "`case` under `vary`", "a `value`", report);
  const changes = block.entries.flatMap((entry): readonly Entry[] => {
    if (entry === value) return [{ ...value, path: path! }];
    return entry.kind === "block" && entry.keyword.text === "published" ? [] : [entry];
  });
  return {
    name: block.label ?? block.keyword,
    changes,
    published: block.entries.flatMap((entry) =>
      entry.kind === "block" && entry.keyword.text === "published" ? published(entry) : [],
    ),
  };
}

const isValue = (entry: Entry): entry is Setting =>
  entry.kind === "setting" && entry.path.length === 1 && entry.path[0]!.text === "value";

/** The steps of a label `a.b[1].c`, each with its place; undefined where it has none. */
function pathOf(label: Name | undefined): readonly Name[] | undefined {
  if (!label) return undefined;
  const { text, span } = label;
  const steps = [...text.matchAll(/\[\d+\]|[^.[\]]+/g)].map(({ 0: step, index }) => {
    const start = span.start + index;
    return { text: step, span: { ...span, start, end: start + step.length } };
  });
  return steps.length > 0 ? steps : undefined;
}

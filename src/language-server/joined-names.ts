/**
 * Names that hold a detector together across declarations: maps, the results and inputs by which networks join and
 * which `on` and paths name, and uses, the `as` names of layers that paths name.
 */
import type { Span } from "../diagnostics/span.ts";
import type { Declarations } from "../merge/declarations.ts";
import type { Block, Document, Entry, Expression, Name } from "../syntax/ast.ts";
import { occurrencesIn } from "./names.ts";
import { sameFile } from "./ranges.ts";
import { isKind, type Node, nodesIn } from "./tree.ts";

export interface JoinedName {
  readonly kind: "map" | "use";
  readonly name: string;
  readonly span: Span;
  /** Of an `as`: the module, or the model, in which it stands; absent where a path names it. */
  readonly owner?: string;
}

/** `p2..p5`: means the maps between too, wherever their names are numbered. */
export interface MapRange {
  readonly names: readonly string[];
  readonly span: Span;
}

export interface JoinedNames {
  readonly names: readonly JoinedName[];
  readonly ranges: readonly MapRange[];
}

export function joinedNames(tree: Document, declarations: Declarations): JoinedNames {
  const names: JoinedName[] = [];
  const ranges: MapRange[] = [];
  for (const { symbol, span } of occurrencesIn(tree, declarations))
    if (symbol.kind === "result" || symbol.kind === "input")
      names.push({ kind: "map", name: symbol.name, span });
  for (const each of tree.declarations) {
    const owner =
      each.kind === "module" ? each.name.text : each.kind === "block" ? each.label?.text : undefined;
    for (const node of nodesIn(each)) {
      const as = asOf(node);
      if (as) names.push({ kind: "use", name: as.text, span: as.span, owner: owner ?? "" });
    }
    if (each.kind === "block") visitBlock(each, [], { names, ranges });
  }
  return { names, ranges };
}

const asOf = (node: Node): Name | undefined => ("as" in node ? node.as : undefined);

interface Found {
  readonly names: JoinedName[];
  readonly ranges: MapRange[];
}

function visitBlock(block: Block, around: readonly string[], found: Found): void {
  if (block.on) visitLevels(block.on, found);
  for (const entry of block.entries) visitEntry(entry, around, found);
}

function visitEntry(entry: Entry, around: readonly string[], found: Found): void {
  if (entry.kind === "block") {
    const own = entry.keyword.text;
    // `vary a.b` names a path of the model, and so does nothing else that has a label.
    if (own === "vary" && entry.label) visitPath(partsOfLabel(entry.label), [], found);
    const isPlace = ["vary", "case", "grid", "zip", "union"].includes(own);
    visitBlock(entry, isPlace ? around : [...around, entry.label?.text ?? own], found);
    return;
  }
  visitPath(entry.path, around, found);
  const key = entry.path.at(-1)!.text;
  if (entry.kind === "edit" && entry.block) visitBlock(entry.block, around, found);
  if (!entry.value) return;
  if (key === "from" && isKind(entry.value, "name"))
    found.names.push({ kind: "use", name: entry.value.name, span: entry.value.span });
  if (key === "freeze")
    for (const node of nodesIn(entry)) if (isKind(node, "text")) visitPattern(node.span, found);
}

/** Behind `backbone` stands a map, and behind a map, or in a head or trunk, uses. */
function visitPath(path: readonly Name[], around: readonly string[], found: Found): void {
  const whole = [...around, ...path.map(({ text }) => text)];
  for (const [index, { text: name, span }] of path.entries()) {
    const before = whole[around.length + index - 1];
    if (before === undefined || !/^[A-Za-z_]\w*$/.test(name)) continue;
    found.names.push({ kind: before === "backbone" ? "map" : "use", name, span });
  }
}

/** A path with stars, in quotes. */
function visitPattern(span: Span, found: Found): void {
  const raw = span.source.text.slice(span.start, span.end);
  const parts = [...raw.matchAll(/[A-Za-z_]\w*/g)].map(({ 0: text, index }): Name => {
    const start = span.start + index;
    return { text, span: { ...span, start, end: start + text.length } };
  });
  visitPath(parts, [], found);
}

function partsOfLabel({ text, span }: Name): readonly Name[] {
  if (span.end - span.start !== text.length) return [];
  return [...text.matchAll(/\[\d+\]|[^.[\]]+/g)].map(({ 0: part, index }) => {
    const start = span.start + index;
    return { text: part, span: { ...span, start, end: start + part.length } };
  });
}

function visitLevels(expression: Expression, found: Found): void {
  if (expression.kind === "name")
    found.names.push({ kind: "map", name: expression.name, span: expression.span });
  else if (expression.kind === "list") for (const item of expression.items) visitLevels(item, found);
  else if (expression.kind === "range") {
    visitLevels(expression.from, found);
    visitLevels(expression.to, found);
    const [from, to] = [expression.from, expression.to].map((end) =>
      isKind(end, "name") ? /^(\D*)(\d+)$/.exec(end.name) : undefined,
    );
    if (!from || !to) return;
    const [first, last] = [Number(from[2]), Number(to[2])];
    const names = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => `${from[1]}${first + at}`);
    found.ranges.push({ names, span: expression.span });
  }
}

export interface Joined {
  /** Where the name stands. */
  readonly spans: readonly Span[];
  /** Of these the `as` that gives it to a use. */
  readonly declared: readonly Span[];
  /** Ranges that mean it without naming it. */
  readonly ranges: readonly MapRange[];
  /** Whether paths name it, though several declarations give it: then nobody can say which of them is meant. */
  readonly ambiguous: boolean;
  /** Whether nothing else gives the name. */
  readonly isOnly: boolean;
}

/** A tree with the declarations that it sees. */
export type Seen = readonly [Document, Declarations];

/** All places in `trees` of the name that stands at `at` in the first of them; undefined where none of these does. */
export function joinedAt(
  at: (span: Span) => boolean,
  [own, ...others]: readonly [Seen, ...Seen[]],
): (Joined & { readonly name: string; readonly kind: JoinedName["kind"] }) | undefined {
  const here = joinedNames(...own).names.find(({ span }) => at(span));
  if (!here) return undefined;
  const { name, kind } = here;
  const trees = [own, ...others.filter(([{ source }]) => mayName(name, source.text))];
  const all = trees.map((each) => joinedNames(...each));
  const names = all.flatMap((each) => each.names);
  const alike = names.filter((each) => each.kind === kind && each.name === name && isExact(each));
  const ranges =
    kind === "map" ? all.flatMap((each) => each.ranges).filter((each) => each.names.includes(name)) : [];
  if (kind === "map") {
    const known = trees.some(([, { modules }]) =>
      [...modules.values()].some(({ results }) => results?.some(({ text }) => text === name)),
    );
    const spans = alike.map(({ span }) => span);
    return known ? { name, kind, spans, declared: [], ranges, ambiguous: false, isOnly: true } : undefined;
  }
  const found = uses(here, alike);
  const isLocal = trees.some(([tree, declarations]) =>
    occurrencesIn(tree, declarations).some(
      ({ symbol }) => symbol.name === name && (symbol.kind === "binding" || symbol.kind === "parameter"),
    ),
  );
  return found && { ...found, ambiguous: found.ambiguous || (found.isNamed && isLocal) };
}

/** A range counts a map without naming it. */
export const mayName = (name: string, text: string): boolean => text.includes(name) || text.includes("..");

function uses(here: JoinedName, alike: readonly JoinedName[]) {
  const declared = alike.filter(({ owner }) => owner !== undefined);
  const named = alike.filter(({ owner }) => owner === undefined);
  const meant = here.owner === undefined ? declared[0] : here;
  if (!meant) return undefined;
  const own = declared.filter(
    ({ owner, span }) => owner === meant.owner && sameFile(span.source.name, meant.span.source.name),
  );
  const spans = [...own, ...named].map(({ span }) => span);
  const places = own.map(({ span }) => span);
  const ambiguous = own.length < declared.length && named.length > 0;
  return {
    name: here.name,
    kind: here.kind,
    spans,
    declared: places,
    ranges: [],
    ambiguous,
    isOnly: own.length === declared.length,
    isNamed: named.length > 0,
  };
}

/** In quotes, or put together from parts, a name has no text of its own that could be changed. */
const isExact = ({ name, span }: JoinedName): boolean =>
  span.source.text.slice(span.start, span.end) === name;

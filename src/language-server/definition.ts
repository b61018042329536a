/** Where the thing under the cursor is written, and wherever else it is named. */
import type { Location, Position } from "vscode-languageserver";
import type { Span } from "../diagnostics/span.ts";
import type { Declarations } from "../merge/declarations.ts";
import type { Document, Expression } from "../syntax/ast.ts";
import { blocksOf, headOf } from "./hover.ts";
import { joinedAt } from "./joined-names.ts";
import { type Declared, moduleSymbol, occurrencesIn, sameSymbol } from "./names.ts";
import { locationOf, placeKey, touches, uriOf } from "./ranges.ts";
import { mergedAt } from "./sections.ts";
import { isKind, type Node, nodesAt } from "./tree.ts";
import type { Scope, Snapshot } from "./workspace.ts";

export function definition(snapshot: Snapshot, position: Position): readonly Location[] {
  const offset = snapshot.text.offsetAt(position);
  const used = usedFile(snapshot, offset);
  if (used) return [used];
  const symbol = symbolAt(snapshot, offset);
  if (symbol) return [locationOf(symbol.span)];
  const chain = nodesAt(snapshot.tree, offset);
  const joined = joinedPlace(snapshot, offset, []);
  if (joined && joined.declared.length > 0) return joined.declared.map(locationOf);
  const word = chain.at(-1);
  if (!isKind(word, "name")) return [];
  const near = [...levelPlaces(word.name, chain, snapshot), ...siblingPlaces(word.name, chain, snapshot)];
  return near.map(locationOf);
}

/** Every place that names what is under the cursor, in all files of the workspace. */
export function references(
  snapshot: Snapshot,
  position: Position,
  all: readonly Scope[],
): readonly Location[] {
  const offset = snapshot.text.offsetAt(position);
  const joined = joinedPlace(snapshot, offset, all);
  if (joined) {
    const spans = [...joined.spans, ...joined.ranges.map(({ span }) => span)];
    return [...new Map(spans.map((span) => [placeKey(span), locationOf(span)])).values()];
  }
  const symbol = symbolAt(snapshot, offset);
  return symbol ? placesOf(symbol, [scopeOf(snapshot), ...all]).map(locationOf) : [];
}

export const scopeOf = ({ documents, analysis }: Snapshot): Scope => ({
  documents,
  declarations: analysis.declarations,
});

export function symbolAt({ tree, analysis }: Snapshot, offset: number): Declared | undefined {
  return occurrencesIn(tree, analysis.declarations).find(({ span }) => touches(span, offset))?.symbol;
}

/** Each tree once, as the first scope that holds it sees it. */
export function treesOf(scopes: readonly Scope[]): readonly (readonly [Document, Declarations])[] {
  const trees = new Map<string, readonly [Document, Declarations]>();
  for (const { documents, declarations } of scopes)
    for (const [path, tree] of documents) if (!trees.has(path)) trees.set(path, [tree, declarations]);
  return [...trees.values()];
}

export function joinedPlace(snapshot: Snapshot, offset: number, all: readonly Scope[]) {
  const { tree, path, analysis } = snapshot;
  const others = treesOf([scopeOf(snapshot), ...all]).filter(([each]) => each.source.name !== path);
  return joinedAt((span) => isHere(span, snapshot, offset), [[tree, analysis.declarations], ...others]);
}

export const isHere = ({ source, start, end }: Span, { path }: Snapshot, offset: number): boolean =>
  source.name === path && start <= offset && offset <= end;

/** Of each file once, though several see it. */
export function placesOf(symbol: Declared, all: readonly Scope[]): readonly Span[] {
  const places = all.flatMap(({ documents, declarations }) =>
    [...documents.values()]
      .filter(({ source }) => source.text.includes(symbol.name))
      .flatMap((tree) => occurrencesIn(tree, declarations).filter((each) => sameSymbol(each.symbol, symbol))),
  );
  return [...new Map(places.map(({ span }) => [placeKey(span), span])).values()];
}

/** The file that a `use` under the cursor names: of those seen from here, the one whose path ends so. */
function usedFile({ tree, documents }: Snapshot, offset: number): Location | undefined {
  const use = tree.uses.find(({ span }) => touches(span, offset));
  const path =
    use &&
    [...documents.keys()].find((each) =>
      [".rcnn", ".yaml"].some((ending) => each.replaceAll("\\", "/").endsWith(`/${use.path}${ending}`)),
    );
  const start = { line: 0, character: 0 };
  return path ? { uri: uriOf(path), range: { start, end: start } } : undefined;
}

/** A level of `on p2..p5` is a result of the last network of the backbone that has it. */
function levelPlaces(name: string, chain: readonly Node[], { analysis }: Snapshot): readonly Span[] {
  const [root] = blocksOf(chain);
  const spec = analysis.specs.find(({ model }) => model.label?.text === root?.label?.text);
  const backbone = spec?.model.entries.find(
    (entry) => entry.kind === "setting" && entry.name.text === "backbone",
  );
  if (backbone?.kind !== "setting") return [];
  const networks = calledIn(backbone.value).flatMap(
    (callee) => analysis.declarations.modules.get(callee) ?? [],
  );
  const network = networks.findLast(({ results }) => results?.some(({ text }) => text === name));
  const binding = network?.body.bindings.find((each) => each.name.text === name);
  return binding ? [binding.name.span] : network ? [moduleSymbol(network).span] : [];
}

function calledIn(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case "pipeline":
      return expression.stages.flatMap(({ value }) => calledIn(value));
    case "list":
      return expression.items.flatMap(calledIn);
    case "call":
      return [expression.callee.text];
    case "name":
      return [expression.name];
    default:
      return [];
  }
}

/** A word such as `trunk` may be the key of a block around. */
function siblingPlaces(name: string, chain: readonly Node[], { analysis }: Snapshot): readonly Span[] {
  const [root, ...inner] = blocksOf(chain).map(headOf);
  const spec = analysis.specs.find(({ model }) => model.label?.text === root?.label);
  for (let depth = inner.length; spec && depth >= 0; depth--) {
    const block = mergedAt(spec.model, inner.slice(0, depth));
    const setting = block?.entries.find((entry) => entry.kind === "setting" && entry.name.text === name);
    if (setting?.kind === "setting") return [setting.name.span];
  }
  return [];
}

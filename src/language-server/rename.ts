/** Renaming what a text declares, in every file of the workspace that names it. */
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Catalog } from "../check/catalog.ts";
import type { Source, Span } from "../diagnostics/span.ts";
import type { Declarations } from "../merge/declarations.ts";
import { type Block, type Document, pathText } from "../syntax/ast.ts";
import { isName } from "../syntax/word.ts";
import { anyComponent } from "./catalog-text.ts";
import { isHere, joinedPlace, placesOf, scopeOf, symbolAt, treesOf } from "./definition.ts";
import { joinedNames, mayName } from "./joined-names.ts";
import { mappingEdits, type PathName } from "./mapping-names.ts";
import { type Declared, globalSymbol, occurrencesIn, sameSymbol } from "./names.ts";
import { placeKey, rangeOf, touches, uriOf } from "./ranges.ts";
import type { Scope, Snapshot } from "./workspace.ts";

/** Why not, in words for the editor. */
export interface Refusal {
  readonly refusal: string;
}

/** What would be renamed: its place and its name now. */
export function prepareRename(
  snapshot: Snapshot,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | Refusal {
  const offset = snapshot.text.offsetAt(position);
  const { tree, analysis, text } = snapshot;
  const joined = joinedPlace(snapshot, offset, []);
  const here = joined?.spans.find((span) => isHere(span, snapshot, offset));
  if (joined && here) return { range: rangeOf(here, text), placeholder: joined.name };
  const found = occurrencesIn(tree, analysis.declarations).find(({ span }) => touches(span, offset));
  const refusal = whyFixed(found?.symbol);
  if (!found || refusal !== undefined) return { refusal: refusal ?? "" };
  return { range: rangeOf(found.span, text), placeholder: found.symbol.name };
}

/** `all` are the scopes of the workspace, `mappings` its weight mappings. */
export function rename(
  snapshot: Snapshot,
  position: Position,
  newName: string,
  all: readonly Scope[],
  mappings: readonly Source[] = [],
): WorkspaceEdit | Refusal {
  const offset = snapshot.text.offsetAt(position);
  const scopes = [scopeOf(snapshot), ...all];
  const joined = joinedPlace(snapshot, offset, all);
  if (joined) {
    const { name, kind } = joined;
    const isOnly = joined.isOnly && !anyComponent(name, snapshot.catalog);
    const inPaths: PathName = { name, newName, place: kind, isOnly };
    return withMappings(renameJoined(joined, newName, scopes), inPaths, mappings);
  }
  const symbol = symbolAt(snapshot, offset);
  const refusal = whyFixed(symbol) ?? whyNot(symbol!, newName, scopes, snapshot.catalog);
  if (refusal !== undefined) return { refusal };
  const places = placesOf(symbol!, scopes);
  const shipped = shippedWith(places);
  if (shipped !== undefined) return { refusal: shipped };
  const changes: Record<string, TextEdit[]> = {};
  for (const span of places) {
    const isName = span.source.text.slice(span.start, span.end) === symbol!.name;
    if (isName) put(changes, span, newName);
  }
  return withMappings({ changes }, pathName(symbol!, newName, scopes), mappings);
}

function withMappings(
  result: WorkspaceEdit | Refusal,
  renamed: PathName | undefined,
  mappings: readonly Source[],
): WorkspaceEdit | Refusal {
  if ("refusal" in result || !renamed) return result;
  const changes = { ...result.changes };
  for (const source of mappings)
    for (const { span, text } of mappingEdits(source, renamed)) put(changes, span, text);
  return { changes };
}

/** How the symbol stands in paths of layers; undefined for what does not. */
function pathName(symbol: Declared, newName: string, scopes: readonly Scope[]): PathName | undefined {
  const { kind, name, owner } = symbol;
  const module = scopes[0]!.declarations.modules.get(owner ?? "");
  const others = () =>
    treesOf(scopes).flatMap(([tree, declarations]) =>
      occurrencesIn(tree, declarations).filter(
        (each) => each.symbol.kind === kind && each.symbol.name === name && !sameSymbol(each.symbol, symbol),
      ),
    );
  if (kind === "head") return { name, newName, place: "head", isOnly: others().length === 0 };
  if (kind === "binding" && module?.form === "network")
    return { name, newName, place: "map", isOnly: others().length === 0 };
  // A layer that is given to a block goes by the name of the parameter, as by that of others.
  const type = module?.parameters.find((each) => each.name.text === name)?.type;
  const isLayer = kind === "parameter" && type?.kind === "name" && type.name === "layer";
  return isLayer ? { name, newName, place: "use", isOnly: false } : undefined;
}

/** Files of an installed package are not the writer's to change. */
function shippedWith(places: readonly Span[]): string | undefined {
  const file = places.find(({ source }) => /[\\/]node_modules[\\/]/.test(source.name))?.source.name;
  return file && `The name stands in \`${file}\` too, which belongs to a package.`;
}

function put(changes: Record<string, TextEdit[]>, span: Span, newText: string): void {
  const uri = uriOf(span.source.name);
  changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText }];
}

function renameJoined(
  { name, kind, spans, ambiguous }: NonNullable<ReturnType<typeof joinedPlace>>,
  newName: string,
  scopes: readonly Scope[],
): WorkspaceEdit | Refusal {
  if (!isName(newName)) return { refusal: `\`${newName}\` is not a name of the language.` };
  if (ambiguous)
    return { refusal: `Paths name \`${name}\`, and several declarations give a layer that name.` };
  const taken = treesOf(scopes).some(
    ([tree, declarations]) =>
      mayName(newName, tree.source.text) &&
      joinedNames(tree, declarations).names.some((each) => each.kind === kind && each.name === newName),
  );
  if (taken)
    return { refusal: `There is already a ${kind === "map" ? "result or input" : "layer"} \`${newName}\`.` };
  const shipped = shippedWith(spans);
  if (shipped !== undefined) return { refusal: shipped };
  const changes: Record<string, TextEdit[]> = {};
  const places = new Map(spans.map((span) => [placeKey(span), span]));
  for (const span of places.values()) put(changes, span, newName);
  return { changes };
}

function whyFixed(symbol: Declared | undefined): string | undefined {
  if (!symbol)
    return "Only what a text declares can be renamed: networks, blocks, models, constants, parameters, bindings, results, layers with a name, heads.";
  return undefined;
}

function whyNot(
  symbol: Declared,
  newName: string,
  scopes: readonly Scope[],
  catalog: Catalog,
): string | undefined {
  if (!isName(newName)) return `\`${newName}\` is not a name of the language.`;
  const isHead = symbol.kind === "head";
  if (!isHead && anyComponent(newName, catalog)) return `\`${newName}\` is a word of the catalogue already.`;
  for (const { documents, declarations } of scopes) {
    if (!documents.has(symbol.span.source.name)) continue;
    const clash = isHead ? undefined : globalSymbol(newName, declarations);
    const path = pathWith(symbol, [...documents.values()]);
    if (path) return `\`${symbol.name}\` is part of the path \`${path}\`, which a change names.`;
    const taken = clash ?? namesakeIn(symbol, newName, [...documents.values()], declarations);
    if (taken) return `There is already a ${taken.kind} \`${newName}\` where \`${symbol.name}\` is named.`;
  }
  return undefined;
}

/** A path into the layers of a model that a name of this kind may be part of. */
function pathWith({ kind, name }: Declared, trees: readonly Document[]): string | undefined {
  if (kind !== "binding" && kind !== "parameter") return undefined;
  const paths = trees.flatMap(({ declarations }) =>
    declarations.flatMap((each) => (each.kind === "block" ? pathsIn(each) : [])),
  );
  return paths.find((path) => path.split(/[.[]/).includes(name));
}

function pathsIn({ entries }: Block): readonly string[] {
  return entries
    .flatMap((entry) => {
      if (entry.kind === "block") return [...(entry.label ? [entry.label.text] : []), ...pathsIn(entry)];
      return [pathText(entry.path), ...(entry.kind === "edit" && entry.block ? pathsIn(entry.block) : [])];
    })
    .filter((path) => path.includes("."));
}

/** What bears the new name in a file that names the symbol: one of the two could hide the other. */
function namesakeIn(
  symbol: Declared,
  newName: string,
  trees: readonly Document[],
  declarations: Declarations,
): Declared | undefined {
  for (const tree of trees) {
    const found = occurrencesIn(tree, declarations);
    const namesake = found.find((each) => each.symbol.name === newName)?.symbol;
    if (namesake && found.some((each) => sameSymbol(each.symbol, symbol))) return namesake;
  }
  return undefined;
}

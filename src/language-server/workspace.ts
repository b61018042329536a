/** The server's memory: open texts, trees and analyses of what has not changed, and who uses whom. */
import { dirname, relative, sep } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { createValidator } from "../check/validate.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/span.ts";
import { type Bundle, load } from "../load/load.ts";
import { type Declarations, declarationsOf } from "../merge/declarations.ts";
import type { ModelCatalog } from "../model/layer.ts";
import type { Model } from "../model/model.ts";
import type { Document } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { createFileMemory, type Disk, type FileMemory } from "./file-memory.ts";
import { textDocumentOf } from "./ranges.ts";
import { type Shift, shiftTo } from "./shift.ts";
import { callsOf, usersOf } from "./users.ts";
import type { Use } from "./uses.ts";

/** One file with all that is known of it. What every feature reads. */
export interface Snapshot {
  readonly path: string;
  readonly text: TextDocument;
  /** What could be read of it. */
  readonly tree: Document;
  /** It and the files that it uses, each with its tree. */
  readonly documents: ReadonlyMap<string, Document>;
  readonly analysis: Analysis;
  /** Of its own models, or of an earlier text where this one is broken; `withUsers` adds models elsewhere. */
  readonly uses: readonly Use[];
  /** Of the blocks and networks that it declares, wherever they are used. */
  readonly calls: readonly Use[];
  readonly models: readonly Model[];
  readonly catalog: ModelCatalog;
}

/** The trees that one file sees, itself included, with all that they declare. */
export interface Scope {
  readonly documents: ReadonlyMap<string, Document>;
  readonly declarations: Declarations;
}

export interface WorkspaceOptions extends Disk {
  readonly catalog: ModelCatalog;
  readonly libraryRoots: readonly string[];
  /** Paths of the weight mappings in a folder and below it. */
  readonly listMappings?: (folder: string) => Promise<readonly string[]>;
  /** Whether the editor tells when files in the folders of the workspace change. */
  readonly watches?: () => boolean;
}

export interface Workspace {
  /** Takes the editor's text in place of the file's. */
  readonly open: (path: string, text: TextDocument) => void;
  readonly close: (path: string) => void;
  readonly addFolder: (path: string) => void;
  /** Files may be others on the disk now. */
  readonly filesChanged: () => void;
  /** All that is known of a file; undefined where there is none. */
  readonly snapshot: (path: string) => Promise<Snapshot | undefined>;
  /** The same for a file without models of its own, with what it becomes in those of files that use it. */
  readonly withUsers: (snapshot: Snapshot) => Promise<Snapshot>;
  /** What `use` could name in a file. */
  readonly usable: (path: string) => Promise<readonly string[]>;
  /** Of every open file and every config in the folders of the workspace. */
  readonly scopes: () => Promise<readonly Scope[]>;
  /** The weight mappings in the folders of the workspace. */
  readonly mappings: () => Promise<readonly Source[]>;
}

interface Known {
  readonly bundle: Bundle;
  readonly analysis: Analysis;
}

interface Memory extends WorkspaceOptions {
  readonly disk: FileMemory;
  readonly buffers: Map<string, TextDocument>;
  readonly folders: Set<string>;
  readonly trees: Map<string, { readonly text: string; readonly result: Result<Document> }>;
  readonly analyses: Map<string, Known>;
  readonly scopes: Map<string, { readonly bundle: Bundle; readonly scope: Scope }>;
  /** The last analysis of each file in which each of its models was right. */
  readonly good: Map<string, Analysis>;
  readonly check: (bundle: Bundle, found: readonly Diagnostic[]) => Analysis;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const validate = createValidator(options.catalog);
  const folders = new Set<string>();
  const isWatched = (path: string): boolean =>
    (options.watches?.() ?? false) && [...folders].some((folder) => path.startsWith(folder + sep));
  const memory: Memory = {
    ...options,
    disk: createFileMemory(options, isWatched),
    buffers: new Map(),
    folders,
    trees: new Map(),
    analyses: new Map(),
    scopes: new Map(),
    good: new Map(),
    check: (bundle, found) => analyse(bundle, found, { catalog: options.catalog, validate }),
  };
  return {
    open: (path, text) => memory.buffers.set(path, text),
    close: (path) => memory.buffers.delete(path),
    addFolder: (path) => folders.add(path),
    filesChanged: memory.disk.forget,
    snapshot: (path) => snapshotOf(path, memory),
    usable: (path) => usableFrom(path, memory),
    withUsers: (snapshot) => withUsers(snapshot, memory),
    scopes: async () => {
      const scopes = (await knownPaths(memory)).map((path) => scopeOf(path, memory));
      return (await Promise.all(scopes)).filter((scope) => scope !== undefined);
    },
    mappings: () => mappingsIn(memory),
  };
}

/** Made anew only where a text in its bundle has changed. */
async function scopeOf(path: string, memory: Memory): Promise<Scope | undefined> {
  const { value: bundle } = await loaded(path, memory);
  if (!bundle) return undefined;
  const before = memory.scopes.get(path);
  if (before && sameTrees(before.bundle, bundle)) return before.scope;
  const scope = { documents: bundle.documents, declarations: declarationsOf(bundle, () => {}) };
  memory.scopes.set(path, { bundle, scope });
  return scope;
}

function loaded(path: string, memory: Memory): Promise<Result<Bundle>> {
  const read = async (from: string) => memory.buffers.get(from)?.getText() ?? memory.disk.host.read(from);
  const options = { libraryRoots: memory.libraryRoots, parse: (source: Source) => parsed(source, memory) };
  return load(path, { read }, options);
}

/** The file as it is now, analysed anew only where a text in its bundle has changed. */
async function refresh(path: string, memory: Memory): Promise<Known | undefined> {
  const { value: bundle, diagnostics } = await loaded(path, memory);
  if (!bundle) return undefined;
  const before = memory.analyses.get(path);
  if (before && sameTrees(before.bundle, bundle)) return before;
  const known: Known = { bundle, analysis: memory.check(bundle, diagnostics) };
  memory.analyses.set(path, known);
  const good = known.analysis.models.length > 0 ? known.analysis : memory.good.get(path);
  // Moved with each change, since between two changes the texts differ in one place only.
  if (good) memory.good.set(path, { ...good, uses: moved(good.uses, bundle) });
  return known;
}

/** The uses whose text is still there, where it stands now. */
function moved(uses: readonly Use[], { documents }: Bundle): readonly Use[] {
  const shifts = new Map<Source, Shift>();
  return uses.flatMap((use) => {
    const before = use.span.source;
    const after = documents.get(before.name)?.source;
    if (!after) return [];
    const shift = shifts.get(before) ?? shiftTo(before, after);
    shifts.set(before, shift);
    const span = shift(use.span);
    return span ? [{ ...use, span }] : [];
  });
}

function parsed(source: Source, { trees }: Memory): Result<Document> {
  const before = trees.get(source.name);
  if (before?.text === source.text) return before.result;
  const read = parse(source);
  // A text of which nothing could be read still has its problems.
  const result = { ...read, value: read.value ?? nothingIn(source) };
  trees.set(source.name, { text: source.text, result });
  return result;
}

const nothingIn = (source: Source): Document => ({
  kind: "document",
  source,
  uses: [],
  declarations: [],
  comments: [],
});

const sameTrees = (a: Bundle, b: Bundle): boolean =>
  a.documents.size === b.documents.size &&
  [...a.documents].every(([path, tree]) => b.documents.get(path) === tree);

async function snapshotOf(path: string, memory: Memory): Promise<Snapshot | undefined> {
  const known = await refresh(path, memory);
  if (!known) return undefined;
  const { bundle, analysis } = known;
  const { entry, documents } = bundle;
  const { uses, models } = memory.good.get(path) ?? analysis;
  return {
    path,
    // Of the text that was read: an editor's own document may be another by now.
    text: textDocumentOf(entry.source),
    tree: entry,
    documents,
    analysis,
    uses: usesIn(path, uses),
    calls: callsOf(path, uses),
    models,
    catalog: memory.catalog,
  };
}

const usesIn = (path: string, uses: readonly Use[]): readonly Use[] =>
  uses.filter(({ span }) => span.source.name === path);

async function withUsers(snapshot: Snapshot, memory: Memory): Promise<Snapshot> {
  const { path, analysis } = snapshot;
  if (analysis.specs.length > 0) return snapshot;
  const bundles = await bundlesWith(path, memory);
  const analysed = async (user: string) => (await refresh(user, memory))?.analysis;
  const users = await usersOf(snapshot.tree, bundles, analysed);
  return {
    ...snapshot,
    uses: [...snapshot.uses, ...users.flatMap(({ uses }) => usesIn(path, uses))],
    calls: [...snapshot.calls, ...users.flatMap(({ uses }) => callsOf(path, uses))],
    models: [...snapshot.models, ...users.flatMap(({ models }) => models)],
  };
}

/** Of files that use `path`, open ones first; of a file in both notations the one that is read for `use`. */
async function bundlesWith(path: string, memory: Memory): Promise<readonly Bundle[]> {
  const paths = await knownPaths(memory);
  const isTwin = (each: string) => each.endsWith(".yaml") && paths.includes(each.replace(/yaml$/, "rcnn"));
  const found: Bundle[] = [];
  for (const each of paths) {
    if (each === path || isTwin(each)) continue;
    const { value } = await loaded(each, memory);
    if (value?.documents.has(path)) found.push(value);
  }
  return found;
}

async function knownPaths({ buffers, folders, disk }: Memory): Promise<readonly string[]> {
  const listed = await Promise.all([...folders].map((folder) => disk.list(folder)));
  return [...new Set([...buffers.keys(), ...listed.flat()])];
}

async function mappingsIn({ folders, listMappings, disk }: Memory): Promise<readonly Source[]> {
  const listed = await Promise.all([...folders].map((folder) => listMappings?.(folder) ?? []));
  const read = async (name: string): Promise<readonly Source[]> => {
    const text = await disk.host.read(name);
    return text === undefined ? [] : [{ name, text }];
  };
  return (await Promise.all([...new Set(listed.flat())].map(read))).flat();
}

async function usableFrom(path: string, { libraryRoots, disk }: Memory): Promise<readonly string[]> {
  const roots = [dirname(path), ...libraryRoots];
  const files = await Promise.all(
    roots.map(async (root) =>
      (await disk.list(root)).filter((file) => file !== path).map((file) => relative(root, file)),
    ),
  );
  const names = files.flat().map((file) =>
    file
      .split(sep)
      .join("/")
      .replace(/\.(rcnn|yaml)$/, ""),
  );
  return [...new Set(names)].sort();
}

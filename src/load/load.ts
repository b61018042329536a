/** `load`: the file named, and every file that it uses, as syntax trees. */
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { loadCodes } from "../diagnostics/codes/load.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import { nearestName } from "../support/suggest.ts";
import type { Document, Use } from "../syntax/ast.ts";
import { limits } from "../syntax/context.ts";
import { parse } from "../syntax/parse.ts";
import { tooMuch, wordsOf } from "../syntax/read-tokens.ts";

/** How files are read, so that a test or an editor can give its own. */
export interface Host {
  /** The text of the file, or undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names of what lies in the folder, for the nearest of a wrong one; a host that cannot tell has none. */
  list?(folder: string): Promise<readonly string[]>;
}

export interface Bundle {
  /** The document that was asked for. */
  readonly entry: Document;
  /** All documents by their path, each behind those that it uses; `entry` is the last. */
  readonly documents: ReadonlyMap<string, Document>;
  /** Whether one of them, or a part of one, could not be read, so that nobody knows all that they declare. */
  readonly isPartial?: boolean;
}

export interface LoadOptions {
  /** Folders in which `use` looks after the folder of the using file. */
  readonly libraryRoots?: readonly string[];
  /** In place of `parse`, for who keeps trees of texts that have not changed. */
  readonly parse?: typeof parse;
}

const endings = [".rcnn", ".yaml"] as const;

/** A file that is being loaded, as it is shown, and the `use` that it is loaded for. */
interface Link {
  readonly path: string;
  readonly use?: Use;
}

interface Loading {
  readonly host: Host;
  readonly libraryRoots: readonly string[];
  readonly parse: typeof parse;
  readonly documents: Map<string, Document>;
  /** Absolute paths of the files that are being loaded, outermost first. */
  readonly chain: Map<string, Link>;
  readonly done: Set<string>;
  readonly diagnostics: Diagnostic[];
  /** Whether a file is not there or says nothing. */
  isPartial: boolean;
  /** Of all texts so far. */
  words: number;
}

/** Loads `path` as the host names it. The paths in the result are those that the user would recognise. */
export async function load(path: string, host: Host, options: LoadOptions = {}): Promise<Result<Bundle>> {
  if (!/\.(rcnn|ya?ml)$/.test(path)) {
    return { diagnostics: [diagnose(loadCodes, "load/unknown-notation", { path })] };
  }
  const text = await host.read(path);
  if (text === undefined) return { diagnostics: [diagnose(loadCodes, "load/missing-file", { path })] };
  const loading: Loading = {
    host,
    libraryRoots: options.libraryRoots ?? [],
    parse: options.parse ?? parse,
    documents: new Map(),
    chain: new Map(),
    done: new Set(),
    diagnostics: [],
    isPartial: false,
    words: wordsOf(text),
  };
  const entry = await loadText(path, text, loading);
  const { diagnostics, documents } = loading;
  const isPartial = loading.isPartial || [...documents.values()].some((document) => document.isPartial);
  return entry ? { value: { entry, documents, isPartial }, diagnostics } : { diagnostics };
}

async function loadText(
  path: string,
  text: string,
  loading: Loading,
  use?: Use,
): Promise<Document | undefined> {
  const key = resolve(path);
  loading.chain.set(key, { path, ...(use && { use }) });
  const { value: document, diagnostics } = loading.parse({ name: path, text });
  loading.diagnostics.push(...diagnostics);
  for (const each of document?.uses ?? []) await follow(each, path, loading);
  loading.chain.delete(key);
  loading.done.add(key);
  if (document) loading.documents.set(path, document);
  else loading.isPartial = true;
  return document;
}

async function follow(use: Use, from: string, loading: Loading): Promise<void> {
  const wrong = wrongPath(use);
  if (wrong) {
    loading.diagnostics.push(wrong);
    loading.isPartial = true;
    return;
  }
  const candidates = [dirname(from), ...loading.libraryRoots].flatMap((root) =>
    endings.map((ending) => join(root, use.path + ending)),
  );
  for (const path of candidates) {
    const key = resolve(path);
    if (loading.done.has(key)) return;
    if (loading.chain.has(key)) {
      const chain = [...loading.chain.values()];
      loading.diagnostics.push(cycle(chain.slice(chain.indexOf(loading.chain.get(key)!)), use));
      return;
    }
    const text = await loading.host.read(path);
    if (text !== undefined) {
      loading.words += wordsOf(text);
      const many = tooMany(loading, use.span);
      if (many) {
        loading.diagnostics.push(many);
        loading.isPartial = true;
        return;
      }
      await loadText(path, text, loading, use);
      return;
    }
  }
  loading.isPartial = true;
  const nearest = await nearestPath(use.path, [dirname(from), ...loading.libraryRoots], loading.host);
  const edits = [{ span: use.span, text: `"${nearest}"` }];
  const fixes = nearest === undefined ? [] : [{ title: `did you mean \`${nearest}\`?`, edits }];
  const values = { path: use.path, tried: candidates };
  loading.diagnostics.push(diagnose(loadCodes, "load/unresolved-use", values, { span: use.span, fixes }));
}

/** The files of `links` use each the next, and the last, by `use`, the first again. */
function cycle(links: readonly Link[], { span }: Use): Diagnostic {
  const paths = [...links, links[0]!].map(({ path }) => path);
  const related = links.slice(1).map((link, index) => ({
    message: `\`${paths[index]}\` uses \`${link.path}\` here`,
    span: link.use!.span,
  }));
  return diagnose(loadCodes, "load/cycle", { chain: paths }, { span, related });
}

/** The path to the config that lies where `path` leads and has the nearest name. */
async function nearestPath(path: string, roots: readonly string[], host: Host): Promise<string | undefined> {
  for (const root of roots) {
    const found = (await host.list?.(dirname(join(root, path)))) ?? [];
    const names = found.flatMap((name) => /^(.+)\.(?:rcnn|yaml)$/.exec(name)?.[1] ?? []);
    const near = nearestName(basename(path), names);
    if (near !== undefined) return path.slice(0, path.length - basename(path).length) + near;
  }
  return undefined;
}

/** Links between folders give a file any number of names, so that a circle of `use` need not meet itself. */
function tooMany({ done, chain, words }: Loading, span: Span): Diagnostic | undefined {
  const what = "What the text uses";
  if (done.size + chain.size > limits.uses) return tooMuch(what, "files", limits.uses, { span });
  const most = 2 * limits.words;
  return words > most ? tooMuch(what, "words and marks", most, { span }) : undefined;
}

function wrongPath({ path, span }: Use): Diagnostic | undefined {
  const ending = /\.(rcnn|ya?ml)$/.exec(path);
  if (ending) {
    const expected = path.slice(0, ending.index);
    const fixes = [{ title: "leave the ending out", edits: [{ span, text: `"${expected}"` }] }];
    return diagnose(loadCodes, "load/use-ending", { path, expected }, { span, fixes });
  }
  const problem =
    path.trim() === ""
      ? "is empty"
      : isAbsolute(path) || /^[A-Za-z]:/.test(path)
        ? "is an absolute path"
        : path.split("/").includes("..")
          ? "leaves the folder with `..`"
          : /[\\\0]/.test(path)
            ? "is not written with `/`"
            : undefined;
  return problem ? diagnose(loadCodes, "load/outside-path", { path, problem }, { span }) : undefined;
}

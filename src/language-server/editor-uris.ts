/** How an editor spells the addresses of its texts, and the paths that they stand for here. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { uriOf } from "./ranges.ts";

export interface EditorUris {
  /** The path of an open text; undefined for what is neither a file nor a text without one in a notation of ours. */
  readonly pathOf: (text: { readonly uri: string; readonly languageId?: string }) => string | undefined;
  readonly close: (uri: string) => void;
  /** The same answer with every address as the editor spells it. */
  readonly inEditor: <T>(answer: T) => T;
}

/** Undefined for what is no file. */
export function filePathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    // A file of another machine, or an address that stands for none.
    return undefined;
  }
}

/** `home` is the folder in which a text stands that has no file yet. */
export function createEditorUris(home: () => string): EditorUris {
  /** By the address that the path would have, where the editor's is another. */
  const spellings = new Map<string, string>();
  const pathOf: EditorUris["pathOf"] = ({ uri, languageId }) => {
    const known = [...spellings].find(([, spelling]) => spelling === uri)?.[0];
    if (known !== undefined) return filePathOf(known);
    const path = filePathOf(uri) ?? unsavedPath(uri, languageId, home);
    if (path !== undefined && uriOf(path) !== uri) spellings.set(uriOf(path), uri);
    return path;
  };
  const spelled = (uri: string): string => spellings.get(uri) ?? uri;
  return {
    pathOf,
    close: (uri) => {
      for (const [ours, spelling] of spellings) if (spelling === uri) spellings.delete(ours);
    },
    inEditor: (answer) => (spellings.size === 0 ? answer : (respelled(answer, spelled) as typeof answer)),
  };
}

function unsavedPath(uri: string, languageId: string | undefined, home: () => string): string | undefined {
  const ending = languageId === "rcnn" || languageId === "yaml" ? languageId : undefined;
  if (!uri.startsWith("untitled:") || !ending) return undefined;
  return join(home(), `${encodeURIComponent(uri.slice("untitled:".length))}.${ending}`);
}

/** Addresses stand under `uri`, and as the keys of `changes`. */
function respelled(value: unknown, spelled: (uri: string) => string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => respelled(each, spelled));
  const entries = Object.entries(value).map(([key, part]: [string, unknown]) => {
    if (key === "uri" && typeof part === "string") return [key, spelled(part)];
    if (key !== "changes") return [key, respelled(part, spelled)];
    return [key, Object.fromEntries(Object.entries(part ?? {}).map(([uri, edits]) => [spelled(uri), edits]))];
  });
  return Object.fromEntries(entries);
}

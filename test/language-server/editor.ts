/** An editor of one text, for tests: the cursor is where `┆` stands. */
import { join } from "node:path";
import type { Position, TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../../src/components/index.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { createWorkspace, type Snapshot, type Workspace } from "../../src/language-server/workspace.ts";
import { fileHost } from "../../src/load/file-host.ts";
import { libraryRoots } from "../../src/load/library-roots.ts";

export const folder = "/configs";
export const pathOf = (name: string): string => join(folder, name);

export interface Editor {
  readonly workspace: Workspace;
  readonly snapshot: Snapshot;
  readonly position: Position;
  /** Puts another text into the open file, the cursor marked or not. */
  readonly type: (text: string) => Promise<Editor>;
}

/** Opens `main.rcnn` with the text; `others` are files beside it, on disk as it were. */
export async function edit(text: string, others: Readonly<Record<string, string>> = {}): Promise<Editor> {
  const files = new Map(Object.entries(others).map(([name, content]) => [pathOf(name), content]));
  const workspace = createWorkspace({
    catalog,
    libraryRoots: libraryRoots(),
    host: { read: async (path) => files.get(path) ?? fileHost.read(path) },
    list: async (at) => (at === folder ? [...files.keys()] : [join(at, "library", "fpn.rcnn")]),
  });
  workspace.addFolder(folder);
  return typed(text, workspace);
}

async function typed(marked: string, workspace: Workspace): Promise<Editor> {
  const path = pathOf("main.rcnn");
  const at = Math.max(marked.indexOf("┆"), 0);
  const text = TextDocument.create(uriOf(path), "rcnn", 1, marked.replace("┆", ""));
  workspace.open(path, text);
  const snapshot = (await workspace.snapshot(path))!;
  return { workspace, snapshot, position: text.positionAt(at), type: (next) => typed(next, workspace) };
}

/** The text with the edits made. */
export const edited = (text: TextDocument, edits: readonly TextEdit[]): string =>
  TextDocument.applyEdits(text, [...edits]);

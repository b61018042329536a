/** Which diagnostics an editor shows of which file, when several open files speak of the same one. */
import type { Diagnostic } from "vscode-languageserver";

export type ByFile = ReadonlyMap<string, readonly Diagnostic[]>;

export interface Publisher {
  /** Takes what was found from one open file, in place of what was found from it before; none is told too, once. */
  readonly set: (from: string, found: ByFile) => void;
  readonly forget: (from: string) => void;
}

/** `send` is called for each file of which something else is to be shown than before. */
export function createPublisher(send: (path: string, diagnostics: readonly Diagnostic[]) => void): Publisher {
  const found = new Map<string, ByFile>();
  const shown = new Map<string, string>();
  const update = (files: Iterable<string>): void => {
    for (const file of new Set(files)) {
      const all = [...found.values()].flatMap((byFile) => byFile.get(file) ?? []);
      const unique = [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
      const text = JSON.stringify(unique);
      if (shown.get(file) === text) continue;
      shown.set(file, text);
      send(file, unique);
    }
  };
  return {
    set: (from, byFile) => {
      const before = [...(found.get(from)?.keys() ?? [])];
      found.set(from, byFile);
      update([...before, ...byFile.keys()]);
    },
    forget: (from) => {
      const before = [...(found.get(from)?.keys() ?? [])];
      found.delete(from);
      update(before);
      shown.delete(from);
    },
  };
}

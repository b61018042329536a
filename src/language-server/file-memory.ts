/** What the disk said of files and folders, asked anew where it may have changed since. */
import type { Host } from "../load/load.ts";

export interface Disk {
  readonly host: Host;
  /** Paths of the configs in a folder and below it. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

export interface FileMemory extends Disk {
  /** For when the editor tells that files have changed. */
  readonly forget: () => void;
}

/** How long an answer holds for a path that the editor does not watch, in milliseconds. */
const moment = 1000;

interface Answer<T> {
  readonly value: Promise<T>;
  readonly time: number;
}

/** `isWatched` says of which paths the editor tells when they change; `now` is in milliseconds. */
export function createFileMemory(
  { host, list }: Disk,
  isWatched: (path: string) => boolean,
  now: () => number = Date.now,
): FileMemory {
  const texts = new Map<string, Answer<string | undefined>>();
  const folders = new Map<string, Answer<readonly string[]>>();
  const remembered =
    <T>(answers: Map<string, Answer<T>>, ask: (path: string) => Promise<T>) =>
    (path: string): Promise<T> => {
      const before = answers.get(path);
      if (before && (isWatched(path) || now() - before.time < moment)) return before.value;
      const value = ask(path);
      answers.set(path, { value, time: now() });
      return value;
    };
  return {
    host: { read: remembered(texts, (path) => host.read(path)) },
    list: remembered(folders, list),
    forget: () => {
      texts.clear();
      folders.clear();
    },
  };
}

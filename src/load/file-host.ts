/** The host that reads files from disk. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";
import type { Host } from "./load.ts";

/** Bytes of a text that is larger than any the parser looks at, as each character has at most four. */
const mostBytes = 4_000_004;

/** What cannot be read, be it a folder, a pipe or a file of another user, counts as not there. */
export const fileHost: Host = {
  read: async (path) => {
    try {
      return beginning(path);
    } catch {
      return undefined;
    }
  },
  list: (folder) => readdir(folder).catch(() => []),
};

/**
 * A text that is too large for the language is too large as well where it ends behind the limit. The files are few and
 * small: waiting for another thread at each step would take longer than reading them.
 */
function beginning(path: string): string | undefined {
  // Opening a pipe without this flag would wait for its other end.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(found.size, mostBytes));
    const bytesRead = readSync(file, bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    closeSync(file);
  }
}

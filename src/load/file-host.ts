/** The host that reads files from disk. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Host } from "./load.ts";

/** Bytes of a text that is larger than any the parser looks at, as each character has at most four. */
const mostBytes = 4_000_004;

/** What cannot be read, be it a folder, a pipe or a file of another user, counts as not there. */
export const fileHost: Host = {
  read: (path) => beginning(path).catch(() => undefined),
};

/** A text that is too large for the language is too large as well where it ends behind the limit. */
async function beginning(path: string): Promise<string | undefined> {
  // Opening a pipe without this flag would wait for its other end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(found.size, mostBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The host that reads files from disk. */
import { readFile } from "node:fs/promises";
import type { Host } from "./load.ts";

/** What cannot be read, be it a folder or a file of another user, counts as not there. */
export const fileHost: Host = {
  read: (path) => readFile(path, "utf8").catch(() => undefined),
};

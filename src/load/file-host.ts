/** The host that reads files from disk. */
import { readdir } from "node:fs/promises";
import { textBytes } from "../support/text-bytes.ts";
import type { Host } from "./load.ts";

/** What cannot be read, be it a folder, a pipe or a file of another user, counts as not there. */
export const fileHost: Host = {
  read: async (path) => {
    try {
      return textBytes(path)?.toString("utf8");
    } catch {
      return undefined;
    }
  },
  list: (folder) => readdir(folder).catch(() => []),
};

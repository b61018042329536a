/** Where this package lies, seen from `src` and from `dist/src` alike. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { invariant } from "./invariant.ts";

/** The nearest folder around the file with this address that has a `package.json`. */
export function packageFolder(url: string): string {
  let folder = dirname(fileURLToPath(url));
  while (!existsSync(join(folder, "package.json"))) {
    const around = dirname(folder);
    invariant(around !== folder, `no package.json around ${url}`);
    folder = around;
  }
  return folder;
}

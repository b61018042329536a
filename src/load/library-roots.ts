/** Where `use` finds the files that ship with the package. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The `configs` folder of this package, seen from `src` and from `dist/src` alike. */
export function libraryRoots(): readonly string[] {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return [join(folder, "configs")];
}

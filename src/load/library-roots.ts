/** Where `use` finds the files that ship with the package. */
import { join } from "node:path";
import { packageFolder } from "../support/package-folder.ts";

export const libraryRoots = (): readonly string[] => [join(packageFolder(import.meta.url), "configs")];

/** The last step of `npm run build`: what TypeScript's compiler does not write. */
import { cpSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareChecks } from "../dist/src/check/prepare-checks.js";
import { catalog } from "../dist/src/components/catalog.js";
import { libraryRoots } from "../dist/src/load/library-roots.js";
import { joinCommands } from "./join.js";

prepareChecks(catalog, libraryRoots());

const native = (from) => fileURLToPath(new URL(`../${from}/runtime/native`, import.meta.url));
const isWanted = (path) => ["", ".cc", ".h"].includes(extname(path));
cpSync(native("src"), native("dist/src"), { recursive: true, filter: isWanted });

await joinCommands();

/** The last step of `npm run build`. */
import { prepareChecks } from "../dist/src/check/prepare-checks.js";
import { catalog } from "../dist/src/components/catalog.js";
import { libraryRoots } from "../dist/src/load/library-roots.js";

prepareChecks(catalog, libraryRoots());

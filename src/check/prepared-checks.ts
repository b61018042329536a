/** Where the build leaves the prepared checks; there are none where the sources run as they are. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { PreparedChecks } from "./json-schema.ts";

export const preparedFile = fileURLToPath(new URL("./prepared-checks.generated.cjs", import.meta.url));

export const preparedChecks = (): PreparedChecks | undefined =>
  existsSync(preparedFile) ? (createRequire(import.meta.url)(preparedFile) as PreparedChecks) : undefined;

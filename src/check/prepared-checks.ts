/** Where the build leaves the prepared checks; there are none where the sources run as they are. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runScript } from "../support/kept-script.ts";
import type { PreparedChecks } from "./json-schema.ts";

export const preparedFile = fileURLToPath(new URL("./prepared-checks.generated.cjs", import.meta.url));

export const preparedChecks = (): PreparedChecks | undefined =>
  existsSync(preparedFile) ? (runScript(preparedFile) as PreparedChecks) : undefined;

/** All codes of all stages in one table. */
import type { CodeDef } from "../codes.ts";
import { checkpointCodes } from "./checkpoint.ts";
import { commandCodes } from "./command.ts";
import { runtimeCodes } from "./runtime.ts";

/** Only for reading: the values that a message needs are known to its own table. */
export const allCodes: Readonly<Record<string, Pick<CodeDef<never>, "severity" | "explain">>> = {
  ...commandCodes,
  ...runtimeCodes,
  ...checkpointCodes,
};

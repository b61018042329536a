/** All codes of all stages in one table. */
import type { CodeDef } from "../codes.ts";
import { autodiffCodes } from "./autodiff.ts";
import { checkCodes } from "./check.ts";
import { checkRuleCodes } from "./check-rules.ts";
import { checkpointCodes } from "./checkpoint.ts";
import { commandCodes } from "./command.ts";
import { compileCodes } from "./compile.ts";
import { dataCodes } from "./data.ts";
import { irCodes } from "./ir.ts";
import { loadCodes } from "./load.ts";
import { mergeCodes } from "./merge.ts";
import { modelCodes } from "./model.ts";
import { modelRuleCodes } from "./model-rules.ts";
import { runtimeCodes } from "./runtime.ts";
import { sweepCodes, sweepRunCodes } from "./sweep.ts";
import { syntaxCodes } from "./syntax.ts";
import { trainCodes } from "./train.ts";
import { weightsCodes } from "./weights.ts";

/** In the order of the stages. Only for reading: the values that a message needs are known to its own table. */
export const allCodes: Readonly<Record<string, Pick<CodeDef<never>, "severity" | "explain" | "structural">>> =
  {
    ...syntaxCodes,
    ...loadCodes,
    ...mergeCodes,
    ...checkCodes,
    ...checkRuleCodes,
    ...modelCodes,
    ...modelRuleCodes,
    ...compileCodes,
    ...irCodes,
    ...autodiffCodes,
    ...dataCodes,
    ...runtimeCodes,
    ...trainCodes,
    ...checkpointCodes,
    ...weightsCodes,
    ...sweepCodes,
    ...sweepRunCodes,
    ...commandCodes,
  };

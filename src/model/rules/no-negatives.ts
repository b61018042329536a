/** Matchers that leave no overlap for the background. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { known } from "../holes.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const noNegatives: ModelRule = (site) => {
  return (["rpn", "regions"] as const).flatMap((stage) => {
    const match = known(() => site.model[stage]?.match);
    const range = match && known(() => ({ negative: match.negative, negativeFrom: match.negativeFrom }));
    if (!range || range.negative > range.negativeFrom) return [];
    const found = `its overlap would have to be at least ${range.negativeFrom} and below ${range.negative}`;
    const span = placeAt(site, `${stage}.match.negative`);
    return [diagnose(modelRuleCodes, "model/no-negatives", { found }, { span })];
  });
};

/** Matchers that leave no overlap for the background. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const noNegatives: ModelRule = (site) => {
  const { rpn, regions } = site.model;
  const stages = [
    ...(rpn ? [{ path: "rpn.match", match: rpn.match }] : []),
    { path: "regions.match", match: regions.match },
  ];
  return stages.flatMap(({ path, match: { negative, negativeFrom } }) => {
    if (negative > negativeFrom) return [];
    const found = `its overlap would have to be at least ${negativeFrom} and below ${negative}`;
    const span = placeAt(site, `${path}.negative`);
    return [diagnose(modelRuleCodes, "model/no-negatives", { found }, { span })];
  });
};

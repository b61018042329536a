/** More regions sampled for training than are proposed. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt, relatedAt } from "./rule.ts";

export const sampleLimit: ModelRule = (site) => {
  const { rpn, proposals: outside, regions } = site.model;
  const proposals = rpn ? rpn.propose.after.train : outside!.count.train;
  const { count } = regions.sample;
  if (count <= proposals) return [];
  const key = rpn ? "rpn.propose.after" : "proposals";
  const related = relatedAt(site, key, "the proposals are limited here");
  const span = placeAt(site, "regions.sample.count");
  return [diagnose(modelRuleCodes, "model/sample-limit", { count, proposals }, { span, related })];
};

/** More detections kept than an image can have. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt, relatedAt } from "./rule.ts";

export const keepLimit: ModelRule = (site) => {
  const { rpn, proposals, detect, classes } = site.model;
  const regions = rpn ? rpn.propose.after.test : proposals!.count.test;
  const most = regions * classes;
  if (detect.keep <= most) return [];
  const key = rpn ? "rpn.propose.after" : "proposals";
  const why = `${regions} proposal${regions === 1 ? "" : "s"} of ${classes} class${classes === 1 ? "" : "es"}`;
  const related = relatedAt(site, key, "the proposals are limited here");
  const span = placeAt(site, "detect.keep");
  return [diagnose(modelRuleCodes, "model/keep-limit", { keep: detect.keep, most, why }, { span, related })];
};

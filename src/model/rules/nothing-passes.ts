/** Limits that throw away every box. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const nothingPasses: ModelRule = (site) => {
  const { rpn, detect, input } = site.model;
  const scores = [
    { path: "detect.score", value: detect.score },
    ...(rpn ? [{ path: "rpn.propose.minimumScore", value: rpn.propose.minimumScore }] : []),
  ].filter(({ value }) => value >= 1);
  const sizes = [
    { path: "detect.minimumSize", value: detect.minimumSize },
    ...(rpn ? [{ path: "rpn.propose.minimumSize", value: rpn.propose.minimumSize }] : []),
  ].filter(({ value }) => value > input.longest);
  const sideLimit = `no image has a side above ${input.longest}px`;
  return [
    ...scores.map((each) => ({ ...each, found: `${each.value}`, limit: "scores stay below 1" })),
    ...sizes.map((each) => ({ ...each, found: `${each.value}px`, limit: sideLimit })),
  ].map(({ path, found, limit }) => {
    const values = { key: path.slice(path.lastIndexOf(".") + 1), found, limit };
    return diagnose(modelRuleCodes, "model/nothing-passes", values, { span: placeAt(site, path) });
  });
};

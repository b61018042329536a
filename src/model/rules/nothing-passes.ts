/** Limits that throw away every box. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { known } from "../holes.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const nothingPasses: ModelRule = (site) => {
  const { model } = site;
  const above = (path: string, value: () => number | undefined, limit: () => number) =>
    known(() => ({ path, value: value() ?? 0, limit: limit() })) ?? [];
  const longest = () => model.input.longest;
  const scores = [
    above(
      "detect.score",
      () => model.detect.score,
      () => 1,
    ),
    above(
      "rpn.propose.minimumScore",
      () => model.rpn?.propose.minimumScore,
      () => 1,
    ),
  ]
    .flat()
    .filter(({ value, limit }) => value >= limit);
  const sizes = [
    above("detect.minimumSize", () => model.detect.minimumSize, longest),
    above("rpn.propose.minimumSize", () => model.rpn?.propose.minimumSize, longest),
  ]
    .flat()
    .filter(({ value, limit }) => value > limit);
  return [
    ...scores.map((each) => ({ ...each, found: `${each.value}`, limit: "scores stay below 1" })),
    ...sizes.map((each) => ({
      ...each,
      found: `${each.value}px`,
      limit: `no image has a side above ${each.limit}px`,
    })),
  ].map(({ path, found, limit }) => {
    const values = { key: path.slice(path.lastIndexOf(".") + 1), found, limit };
    return diagnose(modelRuleCodes, "model/nothing-passes", values, { span: placeAt(site, path) });
  });
};
